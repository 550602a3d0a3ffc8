import type { Part } from './data-set.js'

/** A part whose images all lie in one array, `valuesPerImage` bytes each. */
export function memoryPart(pixels: Uint8Array, labels: Int32Array, valuesPerImage: number): Part {
  return {
    count: labels.length,
    labels,
    read(indices, out) {
      for (let k = 0; k < indices.length; k++) {
        const index = indices[k] as number
        if (!(index >= 0 && index < labels.length)) throw new RangeError(`no image ${index}`)
        const start = index * valuesPerImage
        out.set(pixels.subarray(start, start + valuesPerImage), k * valuesPerImage)
      }
    },
  }
}
