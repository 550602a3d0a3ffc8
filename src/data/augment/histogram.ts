import { blend } from './blend.js'
import type { Picture } from './transform.js'

/** Stretches each channel to the full range; a constant channel stays as it is (PIL, ImageOps.autocontrast). */
export function stretch({ pixels, shape }: Picture): void {
  const channels = shape[2]
  for (let c = 0; c < channels; c++) {
    let [low, high] = [255, 0]
    for (let i = c; i < pixels.length; i += channels) {
      const value = pixels[i] as number
      if (value < low) low = value
      if (value > high) high = value
    }
    if (high <= low) continue
    for (let i = c; i < pixels.length; i += channels) {
      pixels[i] = (((pixels[i] as number) - low) * 255) / (high - low)
    }
  }
}

/** Spreads the values of each channel evenly (PIL, ImageOps.equalize). */
export function equalize({ pixels, shape }: Picture): void {
  const channels = shape[2]
  for (let c = 0; c < channels; c++) {
    const counts = new Uint32Array(256)
    for (let i = c; i < pixels.length; i += channels) {
      counts[pixels[i] as number] = (counts[pixels[i] as number] as number) + 1
    }
    const last = counts.findLast((count) => count > 0) as number
    const step = Math.floor((pixels.length / channels - last) / 255)
    if (step === 0) continue
    let sum = step >> 1
    const table = counts.map((count) => {
      const value = Math.min(255, Math.floor(sum / step))
      sum += count
      return value
    })
    for (let i = c; i < pixels.length; i += channels) {
      pixels[i] = table[pixels[i] as number] as number
    }
  }
}

/** Moves each inner pixel from a smoothed image (factor 0) to itself (1) and beyond (PIL, ImageEnhance.Sharpness). */
export function sharpen({ pixels, scratch, shape }: Picture, factor: number): void {
  const [height, width, channels] = shape
  scratch.set(pixels)
  const row = width * channels
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      const own = scratch[i] as number
      let sum = 4 * own
      for (const line of [i - row, i, i + row]) {
        sum += at(scratch, line - channels) + at(scratch, line) + at(scratch, line + channels)
      }
      const smooth = Math.round(sum / 13)
      pixels[i] = blend(smooth, own, factor)
    }
  }
}

function at(values: Uint8Array, index: number): number {
  return values[index] as number
}
