import type { NormalizationConfig } from '../spec/types.gen.js'

/** Turns pixels into the numbers a model sees. */
export interface Normalization {
  /** Fills the first `count` images of `out`, each of `valuesPerImage` values. */
  fill(pixels: Uint8Array, out: Float32Array, count: number, valuesPerImage: number): void
}

const none: Normalization = {
  fill(pixels, out, count, valuesPerImage) {
    out.set(pixels.subarray(0, count * valuesPerImage))
  },
}

/** x / 255, rounded to float32. */
const rescale255: Normalization = {
  fill(pixels, out, count, valuesPerImage) {
    const length = count * valuesPerImage
    for (let i = 0; i < length; i++) out[i] = (pixels[i] as number) / 255
  },
}

/** Every normalization by its config name. */
export const normalizations = { none, rescale_255: rescale255 } satisfies Record<
  NormalizationConfig['name'],
  Normalization
>
