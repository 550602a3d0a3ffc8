import type { Part } from './data-set.js'
import { shapeOf } from './images.js'
import { SeenImages } from './seen-images.js'

const mostAtOnce = 256
const bytesAtOnce = 1 << 23

/** For each image the first one with the same pixels: itself, where there is none before it. */
export function firstEqual(part: Part): Int32Array {
  const seen = new SeenImages()
  const firstOf: number[] = []
  const result = new Int32Array(part.count)
  let index = 0
  for (const image of imagesOf(part)) {
    const number = seen.numberOf(image)
    if (number === firstOf.length) firstOf.push(index)
    result[index++] = firstOf[number] as number
  }
  return result
}

/** Each image of a part in turn, in bytes that are used again. */
function* imagesOf(part: Part): Generator<Uint8Array> {
  const [height, width, channels] = shapeOf(part.images)
  const size = height * width * channels
  const atOnce = Math.max(1, Math.min(mostAtOnce, Math.floor(bytesAtOnce / size)))
  const pixels = new Uint8Array(atOnce * size)
  for (let start = 0; start < part.count; start += atOnce) {
    const count = Math.min(atOnce, part.count - start)
    part.read(
      Int32Array.from({ length: count }, (_, k) => start + k),
      pixels,
    )
    for (let k = 0; k < count; k++) yield pixels.subarray(k * size, (k + 1) * size)
  }
}
