import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Random } from '../../../src/core/random.js'
import { createAugmentation, isActive } from '../../../src/data/augment/augmentation.js'
import type { AugmentationConfig } from '../../../src/spec/types.gen.js'
import { noAugmentation } from '../../fixtures.js'

const others = [
  'name',
  'augment_validation',
  'swap_brightness_and_contrast',
  'mixup',
  'cutmix',
] as const

type Key = Exclude<keyof AugmentationConfig, (typeof others)[number]>

const keys = Object.keys(noAugmentation).filter(
  (key): key is Key => !(others as readonly string[]).includes(key),
)

function withProbability(p: number, chosen: readonly Key[] = keys): AugmentationConfig {
  const changed = chosen.map((key) => [key, { ...noAugmentation[key], p }])
  return { ...noAugmentation, ...(Object.fromEntries(changed) as object) }
}

describe('createAugmentation', () => {
  it('is nothing when every transform is switched off', () => {
    assert.equal(createAugmentation(noAugmentation, [28, 28, 1]), null)
    assert.ok(!isActive(noAugmentation))
    assert.ok(isActive(withProbability(0.1, ['hflip'])))
  })

  it('takes grey and colour images of any size, and draws the same from the same stream', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(1, 3),
        fc.subarray(keys, { minLength: 1 }),
        fc.nat(1000),
        (height, width, channels, chosen, index) => {
          const shape = [height, width, channels] as const
          const image = Uint8Array.from(
            { length: height * width * channels },
            (_, i) => (i * 37 + index) & 255,
          )
          const [first, second] = [image.slice(), image.slice()]
          createAugmentation(withProbability(1, chosen), shape)?.(first, new Random(1, `${index}`))
          const again = createAugmentation(withProbability(1, chosen), shape)
          again?.(image.slice().fill(9), new Random(2, 'another image in between'))
          again?.(second, new Random(1, `${index}`))
          assert.deepEqual(first, second)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('lets the flags of brightness and contrast switch each other where they are swapped', () => {
    const swapped = (key: Key): AugmentationConfig => ({
      ...withProbability(1, [key]),
      swap_brightness_and_contrast: true,
    })
    for (const [flag, meant] of [
      ['brightness', 'contrast'],
      ['contrast', 'brightness'],
      ['hflip', 'hflip'],
    ] as const) {
      const [image, expected] = [Uint8Array.of(10, 60, 110), Uint8Array.of(10, 60, 110)]
      createAugmentation(swapped(flag), [1, 3, 1])?.(image, new Random(3, 'image'))
      createAugmentation(withProbability(1, [meant]), [1, 3, 1])?.(expected, new Random(3, 'image'))
      assert.deepEqual(image, expected)
      assert.notDeepEqual(image, Uint8Array.of(10, 60, 110))
    }
  })

  it('gives each transform to the share of images that its probability says', () => {
    const augment = createAugmentation(withProbability(0.25, ['hflip']), [1, 2, 1])
    let flipped = 0
    for (let index = 0; index < 4000; index++) {
      const image = Uint8Array.of(1, 2)
      augment?.(image, new Random(7, `augment/0/${index}`))
      if (image[0] === 2) flipped += 1
    }
    assert.ok(Math.abs(flipped / 4000 - 0.25) < 0.03, `${flipped} of 4000`)
  })
})
