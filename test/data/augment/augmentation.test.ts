import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Random } from '../../../src/core/random.js'
import { createAugmentation, isActive } from '../../../src/data/augment/augmentation.js'
import type { AugmentationConfig } from '../../../src/spec/types.gen.js'
import { noAugmentation } from '../../fixtures.js'

type Key = Exclude<keyof AugmentationConfig, 'name' | 'augment_validation'>

const keys = Object.keys(noAugmentation).filter(
  (key): key is Key => key !== 'name' && key !== 'augment_validation',
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
