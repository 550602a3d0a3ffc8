import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { openData } from '../src/data/datasets.js'
import { createResize } from '../src/data/resize.js'
import type { ImageFolderConfig } from '../src/spec/types.gen.js'
import { median } from './median.js'

const photographs = 1024

/** The rest are copies, which cost as much to decode. */
const different = 16
const rounds = 5
const side = 224

/** Decoding photographs of 1024x768 and resizing them to 224x224, beside sharp alone on the same files. */
export async function benchDecode(print: (line: string) => void): Promise<void> {
  const root = join(tmpdir(), `atelier-bench-decode-${process.pid}`)
  try {
    await writePhotographs(join(root, 'pictures'))
    const own: number[] = []
    const alone: number[] = []
    for (let round = 0; round < rounds; round++) {
      alone.push(await rateOfSharp(join(root, 'pictures')))
      own.push(await rateOfFolder(root, round))
    }
    const [ours, theirs] = [median(own), median(alone)]
    print(`decode: ${photographs} JPEG photographs of 1024x768 to ${side}x${side}`)
    print(`  sharp alone            ${theirs.toFixed(0)} images/s`)
    print(
      `  image_folder           ${ours.toFixed(0)} images/s (${median(own.map((rate, round) => rate / (alone[round] as number))).toFixed(2)} of it)`,
    )
    for (const method of ['nearest', 'bilinear', 'area', 'bicubic'] as const) {
      print(`  28x28 to 96x96 as images are read, ${method}: ${rateOfResize(method)} images/s`)
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** Waves and noise: as hard to decode as a photograph of that size, about 200 kB. */
async function writePhotographs(directory: string): Promise<void> {
  for (const name of ['a', 'b']) mkdirSync(join(directory, name), { recursive: true })
  const [width, height] = [1024, 768]
  for (let k = 0; k < different; k++) {
    const pixels = new Uint8Array(width * height * 3)
    for (let i = 0; i < pixels.length; i++) {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
      const wave = Math.sin(x / (9 + k) + (i % 3)) * Math.cos(y / (7 + (k % 13)))
      pixels[i] = 128 + 90 * wave + (((i * 2654435761) >>> 24) & 31) - 16
    }
    const image = sharp(pixels, { raw: { width, height, channels: 3 } })
    const bytes = await image.jpeg({ quality: 85 }).toBuffer()
    for (let copy = k; copy < photographs; copy += different) {
      writeFileSync(join(directory, k % 2 === 0 ? 'a' : 'b', `${copy}.jpg`), bytes)
    }
  }
}

async function rateOfFolder(root: string, round: number): Promise<number> {
  const config: ImageFolderConfig = {
    ...{ name: 'image_folder', source: join(root, 'pictures'), sha256: null },
    group_pattern: null,
    ...{ on_corrupt: 'fail', channels: 'rgb', batch_size: 1, last_batch: 'keep', num_workers: 0 },
    resize: { size: [side, side], method: 'bilinear', fit: 'stretch' },
  }
  const progress = { start() {}, update() {}, stop() {} }
  const log = { info() {}, warn() {}, warnings: [] }
  const cacheDirectory = join(root, `cache-${round}`)
  const start = performance.now()
  await openData(config, { env: {}, cacheDirectory, progress, log })
  return (photographs / (performance.now() - start)) * 1000
}

/** What sharp gives when it is asked for the same pixels, as many at a time, and each result is looked at. */
async function rateOfSharp(directory: string): Promise<number> {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.jpg'))
    .map((path) => join(directory, path))
  const start = performance.now()
  let bytes = 0
  const lanes = Array.from({ length: 8 }, async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const image = sharp(readFileSync(path))
        .resize(side, side, { fit: 'fill', kernel: 'linear' })
        .raw()
      const { length } = await image.toBuffer()
      bytes += length
    }
  })
  await Promise.all(lanes)
  assert.equal(bytes, photographs * side * side * 3)
  return (photographs / (performance.now() - start)) * 1000
}

function rateOfResize(method: 'nearest' | 'bilinear' | 'area' | 'bicubic'): string {
  const resize = createResize([28, 28, 1], { shape: [96, 96, 1], method, fit: 'stretch' })
  const image = Uint8Array.from({ length: 784 }, (_, i) => (i * 31) & 255)
  const out = new Uint8Array(96 * 96)
  const count = 2000
  for (let i = 0; i < count; i++) resize(image, out)
  const start = performance.now()
  for (let i = 0; i < count; i++) resize(image, out)
  return ((count / (performance.now() - start)) * 1000).toFixed(0)
}
