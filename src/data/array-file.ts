import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import {
  headerLength,
  parseHeader,
  prefixBytes,
  type StoredTensor,
} from '../core/safetensors-header.js'
import { openArchive } from './archive.js'
import { byteStream, type ByteStream } from './byte-stream.js'
import { takeNpyHeader } from './npy.js'
import { numberTypes, type NumberType } from './number-type.js'
import { unreadable } from './unreadable.js'

/** An array of numbers in a file. */
export interface ArrayFile {
  readonly shape: readonly number[]
  readonly type: NumberType
  /** The values, row-major and little-endian, once. */
  readonly values: ByteStream
  /** Where they begin in the file; null: they are packed. */
  readonly start: number | null
  readonly close: () => Promise<void>
}

type Open = (path: string, name: string | null) => Promise<ArrayFile>

const formats: ReadonlyMap<string, Open> = new Map([
  ['npy', openNpy],
  ['npz', openNpz],
  ['safetensors', openSafetensors],
])

const pickles = new Set(['pt', 'pth', 'pkl', 'pickle', 'joblib'])

/** Opens an npy file, or one array of an npz or safetensors file: the named one, else the only one, else `images`. */
export function openArrayFile(path: string, name: string | null): Promise<ArrayFile> {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  const openFormat = formats.get(ending)
  if (openFormat !== undefined) return openFormat(path, name)
  if (pickles.has(ending)) {
    throw new AppError(
      'data_mismatch',
      `${path} is a pickle, which can run any program when it is read`,
      {
        hint: 'Convert it once in Python: numpy.save("images.npy", torch.load("images.pt").numpy()), and set data.images to that.',
      },
    )
  }
  throw new AppError('data_mismatch', `${path} is no npy, npz or safetensors file by its name`, {
    hint: 'Save the images by numpy.save.',
  })
}

async function openNpy(path: string): Promise<ArrayFile> {
  const values = fileStream(path, 0)
  try {
    const header = await takeNpyHeader(values, path)
    return { ...header, values, start: header.length, close: () => values.close() }
  } catch (error) {
    await values.close()
    throw error
  }
}

async function openNpz(path: string, name: string | null): Promise<ArrayFile> {
  const archive = await openArchive(path, (inner) => inner.endsWith('.npy'))
  try {
    const names = archive.files.map((file) => file.path.replace(/\.npy$/, ''))
    const file = archive.files[names.indexOf(chosen(name, names, path))] as {
      stream: () => AsyncIterable<Uint8Array>
    }
    const values = byteStream(file.stream())
    const header = await takeNpyHeader(values, path)
    const close = () => values.close().finally(archive.close)
    return { ...header, values, start: null, close }
  } catch (error) {
    await archive.close()
    throw error
  }
}

async function openSafetensors(path: string, name: string | null): Promise<ArrayFile> {
  const { tensors, bodyStart } = await safetensorsHeader(path)
  const wanted = chosen(
    name,
    tensors.map((tensor) => tensor.name),
    path,
  )
  const tensor = tensors.find((one) => one.name === wanted) as StoredTensor
  const start = bodyStart + tensor.begin
  const values = fileStream(path, start, bodyStart + tensor.end)
  return {
    shape: tensor.shape,
    type: numberTypes[tensor.dtype],
    values,
    start,
    close: () => values.close(),
  }
}

async function safetensorsHeader(path: string) {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const { size } = await file.stat()
    const prefix = Buffer.alloc(prefixBytes)
    await file.read(prefix, 0, prefixBytes, 0)
    const length = headerLength(prefix, size)
    const header = Buffer.alloc(length)
    await file.read(header, 0, length, prefixBytes)
    const bodyStart = prefixBytes + length
    return { tensors: parseHeader(header, size - bodyStart), bodyStart }
  } catch (error) {
    if (!(error instanceof AppError)) throw unreadable(path, error)
    throw new AppError('data_corrupt', `${path}: ${error.message}`, { cause: error })
  } finally {
    await file.close()
  }
}

function chosen(name: string | null, names: readonly string[], path: string): string {
  const only = names.length === 1 ? names[0] : undefined
  const wanted = name ?? only ?? 'images'
  if (names.includes(wanted)) return wanted
  throw new AppError('data_mismatch', `${path} holds no array '${wanted}'`, {
    hint: names.length === 0 ? 'It holds none.' : `It holds ${names.join(', ')}: set data.array.`,
    suggestions: nearest(wanted, names),
  })
}

/** A file's bytes from `start` to just before `end`; it is opened when the first are taken. */
function fileStream(path: string, start: number, end = Infinity): ByteStream {
  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    if (end <= start) return
    try {
      const highWaterMark = 1 << 18
      yield* createReadStream(path, { start, end: end - 1, highWaterMark }) as AsyncIterable<Buffer>
    } catch (error) {
      throw unreadable(path, error)
    }
  }
  return byteStream(pieces())
}
