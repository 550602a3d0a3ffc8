import assert from 'node:assert/strict'
import { checkAugmentation } from '../../src/train/plan-augmentation.js'
import { trainConfig } from './planning.js'

function check(...words: string[]): void {
  const { config, fail } = trainConfig(words)
  checkAugmentation(config, fail)
}

describe('checkAugmentation', () => {
  it('takes every preset, and mixing with every loss of shares', () => {
    for (const name of ['none', 'challenge', 'challenge_legacy', 'zalando_light']) {
      check(`augmentation=${name}`)
    }
    const mixed = ['augmentation.mixup.p=0.5', 'augmentation.cutmix.p=0.5']
    for (const loss of ['cross_entropy', 'sigmoid_focal', 'mse', 'kl_div']) {
      check(`loss=${loss}`, ...mixed)
    }
  })

  it('refuses what a schema lets through', () => {
    const cases: readonly [RegExp, ...string[]][] = [
      [/blur\.size is a range from 7 to 3/, 'augmentation.blur.size=[7,3]'],
      [/odd size/, 'augmentation.blur.size=[3,6]'],
      [/leaves out 1/, 'augmentation.blur.beta=[2,8]'],
      [/from 0\.9 to 0\.5/, 'augmentation.random_crop.scale=[0.9,0.5]'],
      [/from 5 to 2/, 'augmentation.posterize.bits=[5,2]'],
      [/more than 1/, 'augmentation.mixup.p=0.7', 'augmentation.cutmix.p=0.4'],
      [/loss=focal does not take/, 'augmentation.mixup.p=0.7', 'loss=focal'],
      [/loss=nll does not take/, 'augmentation.cutmix.p=0.7', 'loss=nll'],
      [/cannot be ignored/, 'augmentation.cutmix.p=1', 'loss.ignore_index=2'],
    ]
    for (const [message, ...words] of cases) assert.throws(() => check(...words), message)
  })
})
