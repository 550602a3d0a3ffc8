import assert from 'node:assert/strict'
import { normalizationOf } from '../../src/data/normalize.js'
import type { NormalizationConfig } from '../../src/spec/types.gen.js'

function normalized(config: NormalizationConfig, pixels: number[], valuesPerImage: number) {
  const out = new Float32Array(pixels.length)
  const count = pixels.length / valuesPerImage
  normalizationOf(config).fill(Uint8Array.from(pixels), out, count, valuesPerImage)
  return [...out]
}

const single = (values: number[]) => values.map((value) => Math.fround(value))

describe('normalizations', () => {
  const image = [50, 100, 150, 200]

  it('none and rescale_255 are functions of the value', () => {
    assert.deepEqual(normalized({ name: 'none' }, [0, 1, 254, 255], 4), [0, 1, 254, 255])
    assert.deepEqual(
      normalized({ name: 'rescale_255' }, [0, 51, 128, 255], 4),
      single([0, 0.2, 128 / 255, 1]),
    )
  })

  it('min_max and negative1_positive1 stretch each image', () => {
    assert.deepEqual(normalized({ name: 'min_max' }, image, 4), single([0, 1 / 3, 2 / 3, 1]))
    assert.deepEqual(
      normalized({ name: 'negative1_positive1' }, image, 4),
      single([-1, -1 / 3, 1 / 3, 1]),
    )
    assert.deepEqual(normalized({ name: 'min_max' }, [0, 10, 20, 220], 2), [0, 1, 0, 1])
  })

  it('standardize takes the mean and the population deviation of each image', () => {
    // Mean 125, deviations 75, 25, 25, 75: variance 3125.
    const std = Math.sqrt(3125)
    assert.deepEqual(
      normalized({ name: 'standardize' }, image, 4),
      single([-75 / std, -25 / std, 25 / std, 75 / std]),
    )
  })

  it('dataset_standardize and imagenet go by channel', () => {
    const config = { name: 'dataset_standardize', mean: [10, 100], std: [5, 0] } as const
    assert.deepEqual(
      normalized({ ...config, mean: [...config.mean], std: [...config.std] }, [0, 7, 20, 9], 4),
      [-2, 0, 2, 0],
    )
    assert.deepEqual(
      normalized({ name: 'imagenet' }, [0, 128, 255], 3),
      single([-0.485 / 0.229, (128 / 255 - 0.456) / 0.224, (1 - 0.406) / 0.225]).map((value, i) =>
        i === 1 ? Math.fround((128 - 0.456 * 255) / (0.224 * 255)) : value,
      ),
    )
  })

  it('make zeros of an image of one value, whatever the value and the size', () => {
    for (const name of ['min_max', 'negative1_positive1', 'standardize'] as const) {
      for (const value of [0, 1, 77, 255]) {
        for (const size of [1, 3, 784, 150_528]) {
          const pixels = Array<number>(size).fill(value)
          assert.ok(normalized({ name }, pixels, size).every((number) => Object.is(number, 0)))
        }
      }
    }
  })
})
