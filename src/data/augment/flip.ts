import type { Transform } from './transform.js'

/** Left and right change places. */
export const horizontalFlip: Transform<unknown> = ({
  pixels,
  shape: [height, width, channels],
}) => {
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let x = 0; x < width >> 1; x++) {
      swap(pixels, (row + x) * channels, (row + width - 1 - x) * channels, channels)
    }
  }
}

/** Top and bottom change places. */
export const verticalFlip: Transform<unknown> = ({ pixels, shape: [height, width, channels] }) => {
  const row = width * channels
  for (let y = 0; y < height >> 1; y++) swap(pixels, y * row, (height - 1 - y) * row, row)
}

function swap(pixels: Uint8Array, first: number, second: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = pixels[first + i] as number
    pixels[first + i] = pixels[second + i] as number
    pixels[second + i] = value
  }
}
