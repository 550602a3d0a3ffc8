/** Luma of ITU-R BT.601, as PIL and OpenCV turn colour into grey. */
export function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue
}

/** The grey value of a pixel; an image without colour is its own. */
export function greyAt(pixels: Uint8Array, at: number, channels: number): number {
  const first = pixels[at] as number
  return channels < 3 ? first : luma(first, pixels[at + 1] as number, pixels[at + 2] as number)
}

/** The mean grey value of an image. */
export function meanGrey(pixels: Uint8Array, channels: number): number {
  let sum = 0
  for (let at = 0; at < pixels.length; at += channels) sum += greyAt(pixels, at, channels)
  return (sum * channels) / pixels.length
}

/** Moves each pixel from its grey value (factor 0) to itself (1) and beyond, rounded and clipped. */
export function saturate(pixels: Uint8Array, channels: number, factor: number): void {
  if (channels < 3) return
  for (let at = 0; at < pixels.length; at += channels) {
    const grey = greyAt(pixels, at, channels)
    for (let c = at; c < at + 3; c++) {
      const value = Math.round(grey + factor * ((pixels[c] as number) - grey))
      pixels[c] = Math.max(0, Math.min(255, value))
    }
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
