import type { Random } from '../../../src/core/random.js'
import type { ImageShape, Picture } from '../../../src/data/augment/transform.js'

/** A stream that gives the written numbers: shares for `uniform`, whole numbers for `integer`. */
export function scripted(...draws: number[]): Random & { readonly left: number } {
  const next = () => {
    const value = draws.shift()
    if (value === undefined) throw new Error('more was drawn than the script has')
    return value
  }
  return {
    uniform: next,
    integer: next,
    normal: next,
    shuffle: (items: unknown[]) => items,
    get left() {
      return draws.length
    },
  } as unknown as Random & { readonly left: number }
}

/** A grey image from rows of numbers. */
export function grey(...rows: number[][]): Picture {
  return picture([rows.length, rows[0]!.length, 1], rows.flat())
}

export function picture(shape: ImageShape, values: readonly number[]): Picture {
  return { shape, pixels: Uint8Array.from(values), scratch: new Uint8Array(values.length) }
}

/** The rows of an image again. */
export function rowsOf({ shape: [height, width, channels], pixels }: Picture): number[][] {
  const length = width * channels
  return Array.from({ length: height }, (_, y) => [
    ...pixels.subarray(y * length, (y + 1) * length),
  ])
}
