import assert from 'node:assert/strict'
import { compose } from '../../src/config/api.js'
import { builtInDirectory } from '../../src/config/sources.js'
import { AppError } from '../../src/core/errors.js'
import { Random } from '../../src/core/random.js'
import { buildModel } from '../../src/model/models.js'
import { fillNormal } from '../../src/model/normal.js'
import { weightsOf } from '../../src/model/variables.js'
import type { ResolvedModel } from '../../src/spec/run-spec.js'

describe('initial weights', () => {
  it('of normal distributions have their moments and tails', () => {
    const values = new Float32Array(400_000)
    fillNormal(values, 2, new Random(5, 'normal'))
    const moment = (power: number): number =>
      values.reduce((total, value) => total + (value / 2) ** power, 0) / values.length
    const near = (actual: number, expected: number, room: number): void => {
      assert.ok(Math.abs(actual - expected) < room, `${actual} is not ${expected}`)
    }
    near(moment(1), 0, 0.01)
    near(moment(2), 1, 0.01)
    near(moment(3), 0, 0.03)
    near(moment(4), 3, 0.06)
    const beyond = (limit: number): number =>
      values.filter((value) => Math.abs(value) > 2 * limit).length / values.length
    near(beyond(1), 0.3173, 0.003)
    near(beyond(3), 0.0027, 0.0004)
    near(beyond(3.6), 0.000318, 0.00012)
  })

  const kaiming = (fan: number): number => Math.sqrt(2 / fan)
  for (const [name, weight, deviation] of [
    ['resnet18', 'layer2.0.conv2/kernel', kaiming(9 * 128)],
    ['resnet18', 'fc/kernel', 1 / Math.sqrt(3 * 512)],
    ['mobilenet_v2', 'features.18.0/kernel', kaiming(1280)],
    ['mobilenet_v2', 'features.14.conv.1.0/depthwise_kernel', kaiming(9 * 576)],
    ['mobilenet_v2', 'classifier.1/kernel', 0.01],
    ['squeezenet1_1', 'features.12.expand3x3/kernel', kaiming(9 * 64)],
    ['squeezenet1_1', 'features.12.expand3x3/bias', 0],
    ['shufflenet_v2_x1_0', 'conv5.0/kernel', 1 / Math.sqrt(3 * 464)],
    ['efficientnet_b0', 'classifier.1/kernel', 1 / Math.sqrt(3 * 10)],
    ['vit', 'encoder/pos_embedding', 0.02],
    ['vit', 'heads.head/kernel', 0],
  ] as const) {
    it(`of ${name}: ${weight} has the deviation that torchvision gives it`, () => {
      const model = buildModel(configOf(name), new Random(1))
      const values = weightsOf(model)
        .find((one) => one.name === weight)!
        .variable.dataSync<'float32'>()
      const squares = values.reduce((total, value) => total + value * value, 0)
      const actual = Math.sqrt(squares / values.length)
      assert.ok(Math.abs(actual - deviation) <= 0.05 * deviation, `${actual}, not ${deviation}`)
      model.dispose()
    })
  }
})

describe('images that a network cannot take', () => {
  for (const [name, size, hint] of [
    ['densenet121', 28, 'model.stem=small'],
    ['squeezenet1_1', 16, 'model.stem=small'],
    ['vit', 28, 'model.patch_size'],
    ['lenet', 11, 'larger'],
  ] as const) {
    it(`are refused by ${name} with the way out`, () => {
      assert.throws(
        () => buildModel({ ...configOf(name), image_size: [size, size] }, new Random(1)),
        (error) =>
          error instanceof AppError &&
          error.code === 'config_conflict' &&
          error.hint?.includes(hint) === true,
      )
    })
  }
})

function configOf(name: string): ResolvedModel {
  const { config } = compose({ directory: builtInDirectory, configName: `model/${name}` })
  const { model } = config as { model: ResolvedModel }
  return { ...model, num_classes: 10, in_channels: 3, image_size: [32, 32] }
}
