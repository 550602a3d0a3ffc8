import { blend } from './blend.js'

/** Luma of ITU-R BT.601 in whole numbers (PIL, conversion to L). */
function luma(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16
}

/** The grey value of a pixel; an image without colour is its own. */
function greyAt(pixels: Uint8Array, at: number, channels: number): number {
  const first = pixels[at] as number
  return channels < 3 ? first : luma(first, pixels[at + 1] as number, pixels[at + 2] as number)
}

/** The mean grey value of an image, rounded half up. */
export function meanGrey(pixels: Uint8Array, channels: number): number {
  let sum = 0
  for (let at = 0; at < pixels.length; at += channels) sum += greyAt(pixels, at, channels)
  return Math.floor((sum * channels) / pixels.length + 0.5)
}

/** Moves each pixel from its grey value (factor 0) to itself (1) and beyond (PIL, ImageEnhance.Color). */
export function saturate(pixels: Uint8Array, channels: number, factor: number): void {
  if (channels < 3) return
  for (let at = 0; at < pixels.length; at += channels) {
    const grey = greyAt(pixels, at, channels)
    for (let c = at; c < at + 3; c++) pixels[c] = blend(grey, pixels[c] as number, factor)
  }
}

/** Turns the hue of every pixel by a share of the colour circle (HSV, hexagon model), rounded. */
export function turnHue(pixels: Uint8Array, channels: number, turn: number): void {
  if (channels < 3) return
  for (let at = 0; at < pixels.length; at += channels) {
    const colour = [pixels[at], pixels[at + 1], pixels[at + 2]] as [number, number, number]
    const high = Math.max(...colour)
    const range = high - Math.min(...colour)
    if (range === 0) continue
    const sector = (hueOf(colour, high, range) + 6 * turn + 12) % 6
    for (const [c, offset] of [5, 3, 1].entries()) {
      const k = (offset + sector) % 6
      pixels[at + c] = Math.round(high - range * Math.max(0, Math.min(k, 4 - k, 1)))
    }
  }
}

/** The hue in sixths of the circle. */
function hueOf([red, green, blue]: [number, number, number], high: number, range: number): number {
  if (high === red) return ((green - blue) / range + 6) % 6
  return high === green ? (blue - red) / range + 2 : (red - green) / range + 4
}
