import { crc32, deflateSync } from 'node:zlib'
import type { Picture } from '../../data/average-images.js'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** An 8-bit picture of one or three channels as PNG, each pixel repeated `factor` times both ways. */
export function encodePng({ shape, pixels }: Picture, factor = 1): Buffer {
  const [height, width, channels] = shape
  const row = width * factor * channels + 1
  const rows = Buffer.alloc(height * factor * row)
  for (let y = 0; y < height * factor; y++) {
    const from = Math.floor(y / factor) * width
    for (let x = 0; x < width * factor; x++) {
      const pixel = (from + Math.floor(x / factor)) * channels
      for (let channel = 0; channel < channels; channel++) {
        rows[y * row + 1 + x * channels + channel] = pixels[pixel + channel] as number
      }
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width * factor, 0)
  header.writeUInt32BE(height * factor, 4)
  header.set([8, channels === 1 ? 0 : 2], 8)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const whole = Buffer.alloc(named.length + 8)
  whole.writeUInt32BE(content.length, 0)
  named.copy(whole, 4)
  whole.writeUInt32BE(crc32(named), named.length + 4)
  return whole
}
