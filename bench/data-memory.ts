import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const classes = 10
const goal = 300 * 1024

/** Sets of about 1 GB: their images, and the words that train on them. */
const sets: Readonly<Record<string, DataOnDisk>> = {
  idx: {
    side: 28,
    channels: 1,
    images: 1_300_000,
    header: (images, side) => idxHeader([images, side, side]),
    words: ['data=idx', 'data.train_images=pixels.npy', 'data.train_labels=labels'],
    labels: (images) => Buffer.concat([idxHeader([images]), Uint8Array.from(labelsOf(images))]),
    batch: 256,
  },
  npy: {
    side: 224,
    channels: 3,
    images: 7000,
    header: (images, side) => npyHeader([images, side, side, 3]),
    words: [
      ...['data=tensor_table', 'data.images=pixels.npy', 'data.labels=labels'],
      ...['data.resize.size=[28,28]', 'data.resize.method=area'],
    ],
    labels: (images) => Buffer.from(['label', ...labelsOf(images)].join('\n')),
    batch: 64,
  },
}

interface DataOnDisk {
  readonly side: number
  readonly channels: number
  readonly images: number
  readonly header: (images: number, side: number) => Buffer
  readonly labels: (images: number) => Buffer
  readonly words: readonly string[]
  readonly batch: number
}

/**
 * Trains on a tenth of about 1 GB of pixels and on all of it, with the program as it is built, and prints the largest
 * memory that the process ever had (VmHWM). Sets are named by `idx` and `npy`.
 */
export async function benchDataMemory(
  print: (line: string) => void,
  names: readonly string[],
): Promise<void> {
  for (const [name, set] of Object.entries(sets)) {
    if (names.length > 0 && !names.includes(name)) continue
    const peaks: number[] = []
    for (const images of [set.images / 10, set.images]) {
      const megabytes = (images * set.side ** 2 * set.channels) / 1e6
      const { peak, seconds } = await trainOn(set, images)
      peaks.push(peak)
      print(
        `memory of training, ${name}: ${images} images, ${megabytes.toFixed(0)} MB of pixels: ${(peak / 1024).toFixed(0)} MiB, ${seconds.toFixed(0)} s`,
      )
    }
    const [small = 0, large = 0] = peaks
    print(
      `  ${((large - small) / 1024).toFixed(0)} MiB more for ten times the data (goal at most ${goal / 1024})`,
    )
  }
}

async function trainOn(set: DataOnDisk, images: number) {
  const root = join(tmpdir(), `atelier-bench-data-memory-${process.pid}`)
  mkdirSync(root, { recursive: true })
  try {
    writeImages(join(root, 'pixels.npy'), set, images)
    writeFileSync(join(root, 'labels'), set.labels(images))
    const start = performance.now()
    const child = spawn(
      process.execPath,
      [
        ...[program, 'train', ...set.words, 'model=mlp', `data.batch_size=${set.batch}`],
        ...['trainer.epochs=1', 'split.val_size=0.1', 'normalization=dataset_standardize'],
      ],
      {
        cwd: root,
        stdio: 'ignore',
        env: { ...process.env, XDG_CACHE_HOME: root },
      },
    )
    let peak = 0
    const look = setInterval(() => (peak = Math.max(peak, peakOf(child.pid as number))), 50)
    const [code] = (await once(child, 'exit')) as [number | null]
    clearInterval(look)
    if (code !== 0) throw new Error(`training ended with ${code}`)
    return { peak, seconds: (performance.now() - start) / 1000 }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The largest resident memory so far, in KiB; 0 once the process is gone. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Noise around a grey that tells the class; every image is another. */
function writeImages(path: string, { side, channels, header }: DataOnDisk, images: number): void {
  const file = openSync(path, 'w')
  writeSync(file, header(images, side))
  const size = side * side * channels
  const atOnce = Math.max(1, Math.floor((1 << 22) / size))
  const block = Buffer.alloc(atOnce * size)
  let state = 1
  for (let first = 0; first < images; first += atOnce) {
    const count = Math.min(atOnce, images - first)
    for (let i = 0; i < count * size; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      block[i] = ((first + Math.floor(i / size)) % classes) * 20 + (state >>> 26)
    }
    writeSync(file, block, 0, count * size)
  }
  closeSync(file)
}

function labelsOf(images: number): number[] {
  return Array.from({ length: images }, (_, index) => index % classes)
}

function idxHeader(dimensions: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header.writeUInt32BE(0x0800 | dimensions.length, 0)
  for (const [axis, length] of dimensions.entries()) header.writeUInt32BE(length, 4 + 4 * axis)
  return header
}

function npyHeader(shape: readonly number[]): Buffer {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(
    117,
  )
  const start = Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1')
  return Buffer.concat([start, Buffer.from(`${text}\n`)])
}
