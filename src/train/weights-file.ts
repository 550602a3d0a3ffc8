import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import type { DataContext } from '../data/data-set.js'
import { download } from '../data/download.js'
import type { WeightsSource } from '../model/pretrained/source.js'
import { decodeSafetensors, type TensorData } from '../core/safetensors.js'
import { decodeWeights, hashWeights } from '../model/weights.js'
import { resolveCheckpoint } from '../store/references.js'
import { readWeights } from './checkpoint.js'

/** Pretrained weights in memory. */
export interface LoadedWeights {
  /** `model.weights` in a form that means the same wherever it is read again. */
  readonly weights: string
  /** Of the file; of a model.json or run its `weight_hash`. */
  readonly sha256: string
  readonly tensors: ReadonlyMap<string, TensorData>
}

interface Wanted {
  /** What `model.weights_sha256` says. */
  readonly sha256: string | null
  /** Where run references look. */
  readonly runRoot: string
}

type Reader = (place: string, wanted: Wanted, context: DataContext) => Promise<LoadedWeights>

/** Node reads no larger file at once. */
const mostBytes = 2 ** 31 - 1
const stallMilliseconds = 20_000

/** Reads weights wherever they lie; what is missing, damaged or not the wanted content is an `AppError`. */
export async function readWeightsFrom(
  { kind, place }: WeightsSource & { readonly kind: keyof typeof readers },
  wanted: Wanted,
  context: DataContext,
): Promise<LoadedWeights> {
  const loaded = await readers[kind](place, wanted, context)
  if (wanted.sha256 !== null && wanted.sha256.toLowerCase() !== loaded.sha256) {
    throw otherHash(loaded.weights, loaded.sha256, wanted.sha256.toLowerCase())
  }
  return loaded
}

const readers = { safetensors, url, tfjs, run } satisfies Record<
  Exclude<WeightsSource['kind'], 'random'>,
  Reader
>

async function safetensors(path: string): Promise<LoadedWeights> {
  const absolute = resolve(path)
  const bytes = await readBytes(absolute)
  const tensors = told(absolute, () => decodeSafetensors(bytes))
  return { weights: absolute, sha256: sha256(bytes), tensors }
}

async function url(place: string, wanted: Wanted, context: DataContext): Promise<LoadedWeights> {
  if (wanted.sha256 === null) throw unhashed(place)
  const path = await fetchWeights(place, wanted.sha256.toLowerCase(), context)
  return { ...(await safetensors(path)), weights: place }
}

async function tfjs(path: string): Promise<LoadedWeights> {
  const absolute = resolve(path)
  const modelJson = parse(await readBytes(absolute), absolute)
  const files = pathsOf(modelJson).map((file) => join(dirname(absolute), file))
  const bytes = await Promise.all(files.map(readBytes))
  const tensors = told(absolute, () => decodeWeights(modelJson, Buffer.concat(bytes)))
  return { weights: absolute, sha256: hashWeights(tensors), tensors }
}

async function run(reference: string, { runRoot }: Wanted): Promise<LoadedWeights> {
  const { directory, run, name } = await resolveCheckpoint(reference, runRoot)
  const { tensors } = await readWeights(directory)
  const place = run === null ? join(directory, 'model.json') : `${run}:${name}`
  return { weights: `run:${place}`, sha256: hashWeights(tensors), tensors }
}

/** A downloaded file lies in the cache under its hash, so that one URL may change and two may be the same. */
async function fetchWeights(url: string, hash: string, context: DataContext): Promise<string> {
  const directory = join(context.cacheDirectory, 'weights')
  const name = `${hash}.safetensors`
  const target = join(directory, name)
  const request = {
    name,
    urls: [url],
    target,
    maximumBytes: mostBytes,
    verify: async (path: string) => {
      const found = await hashFile(path)
      if (found !== hash) throw otherHash(url, found, hash)
    },
    stallMilliseconds,
    remedy: `Fetch the file by other means and set model.weights to its path, or put it at ${target}.`,
  }
  await download(request, context)
  return target
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > mostBytes) {
      throw new AppError(
        'weights_corrupt',
        `${path} has ${size} bytes; at most ${mostBytes} can be read`,
      )
    }
    return await readFile(path)
  } catch (error) {
    const code = systemCode(error)
    if (code === '') throw error
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new AppError('weights_missing', `${path} ${reason}`, { cause: error })
  }
}

function parse(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch (error) {
    throw new AppError('weights_corrupt', `${path} is not valid JSON`, { cause: error })
  }
}

/** The weight files that a model.json names, in the order of their bytes. */
function pathsOf(modelJson: unknown): string[] {
  const { weightsManifest } = Object(modelJson) as { weightsManifest?: unknown }
  if (!Array.isArray(weightsManifest)) return []
  return weightsManifest.flatMap((group: unknown) => {
    const { paths } = Object(group) as { paths?: unknown }
    return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : []
  })
}

/** Says of which file a decoder speaks. */
function told<T>(path: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError('weights_corrupt', `${path}: ${error.message}`, { cause: error })
  }
}

function otherHash(source: string, found: string, wanted: string): AppError {
  return new AppError(
    'weights_corrupt',
    `${source} has SHA-256 ${found}, model.weights_sha256 is ${wanted}`,
    {
      hint: 'Fetch the file again (delete a copy that lies in the cache); if its content was meant to change, change model.weights_sha256.',
    },
  )
}

function unhashed(url: string): AppError {
  return new AppError(
    'config_conflict',
    `model.weights is a URL (${url}) without model.weights_sha256`,
    {
      hint: "Give the SHA-256 that the publisher states, or that 'sha256sum FILE' prints of a copy you trust.",
    },
  )
}
