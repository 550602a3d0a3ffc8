import type { Picture } from './transform.js'

/**
 * Redraws an image by nearest neighbour: position (x, y) takes what lies at (x0 + xx x + xy y, y0 + yx x + yy y),
 * rounded half up, or `fill` where that is outside.
 */
export interface Mapping {
  readonly x0: number
  readonly xx: number
  readonly xy: number
  readonly y0: number
  readonly yx: number
  readonly yy: number
}

/** Applies a mapping in place. */
export function resample(picture: Picture, mapping: Mapping, fill = 0): void {
  const { pixels, scratch, shape } = picture
  const [height, width, channels] = shape
  const { xx, yx } = mapping
  scratch.set(pixels)
  let target = 0
  for (let y = 0; y < height; y++) {
    const startX = mapping.x0 + mapping.xy * y + 0.5
    const startY = mapping.y0 + mapping.yy * y + 0.5
    for (let x = 0; x < width; x++) {
      const fromX = Math.floor(startX + xx * x)
      const fromY = Math.floor(startY + yx * x)
      const inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height
      if (inside) {
        const source = (fromY * width + fromX) * channels
        for (let c = 0; c < channels; c++) pixels[target++] = scratch[source + c] as number
      } else {
        for (let c = 0; c < channels; c++) pixels[target++] = fill
      }
    }
  }
}
