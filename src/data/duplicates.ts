import { createHash } from 'node:crypto'
import type { Part } from './data-set.js'
import { shapeOf } from './images.js'

const imagesAtOnce = 256

/** For each image the first one with the same pixels: itself, where there is none before it. */
export function firstEqual(part: Part): Int32Array {
  const first = new Map<string, number>()
  const result = new Int32Array(part.count)
  for (const [index, hash] of pixelHashes(part)) {
    const known = first.get(hash)
    if (known === undefined) first.set(hash, index)
    result[index] = known ?? index
  }
  return result
}

/** The hash of each image's pixels, with its index. */
function* pixelHashes(part: Part): Generator<[index: number, hash: string]> {
  const [height, width, channels] = shapeOf(part.images)
  const size = height * width * channels
  const pixels = new Uint8Array(imagesAtOnce * size)
  for (let start = 0; start < part.count; start += imagesAtOnce) {
    const count = Math.min(imagesAtOnce, part.count - start)
    part.read(
      Int32Array.from({ length: count }, (_, k) => start + k),
      pixels,
    )
    for (let k = 0; k < count; k++) {
      yield [start + k, pixelHash(pixels.subarray(k * size, (k + 1) * size))]
    }
  }
}

/** What tells an image from all that have other pixels. */
export function pixelHash(image: Uint8Array): string {
  return createHash('sha1').update(image).digest('base64')
}
