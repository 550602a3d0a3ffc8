const table = new Uint8Array(256)

/** Replaces each value by a function of it alone, clipped to 0..255 and truncated, through a table of all 256. */
export function mapValues(pixels: Uint8Array, change: (value: number) => number): void {
  for (let value = 0; value < 256; value++) {
    table[value] = Math.max(0, Math.min(255, change(value)))
  }
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[pixels[i] as number] as number
}
