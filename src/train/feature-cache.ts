import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import { readJson, replaceDirectory, writeFileSynced } from '../core/files.js'
import { canonicalJson, sha256 } from '../core/hash.js'
import type { Log } from '../core/log.js'
import { recordVersion } from '../spec/run-spec.js'

/** The place of one set of features in the cache directory. */
export interface FeatureCache {
  /** Fills `values` with what is kept; false if nothing is, or if it is damaged, which is warned about. */
  read(values: Float32Array): Promise<boolean>
  /** Keeps the values for other runs, whole or not at all; where that is impossible, it is warned about. */
  write(values: Float32Array): Promise<void>
}

/** `features.json` beside `features.bin`. */
interface FeatureRecord {
  readonly record_version: number
  readonly identity: unknown
  readonly values: number
  readonly sha256: string
}

/** Features lie under the hash of everything that decides about them. */
export function openFeatureCache(
  { cacheDirectory, log }: { cacheDirectory: string; log: Log },
  identity: unknown,
): FeatureCache {
  const key = sha256(canonicalJson(identity))
  const directory = join(cacheDirectory, 'features', key)
  const [recordFile, valuesFile] = ['features.json', 'features.bin']
  return {
    async read(values) {
      const record = await readRecord(join(directory, recordFile))
      if (record === null) return false
      const isRead = await readValues(join(directory, valuesFile), values)
      if (isRead && hashOf(values) === record.sha256) return true
      log.warn(`${directory} is damaged; its features are computed again`)
      return false
    },
    async write(values) {
      const record: FeatureRecord = {
        record_version: recordVersion,
        identity,
        values: values.length,
        sha256: hashOf(values),
      }
      try {
        await replaceDirectory(directory, async (fresh) => {
          await writeFileSynced(join(fresh, valuesFile), bytesOf(values))
          await writeFileSynced(join(fresh, recordFile), `${JSON.stringify(record, null, 2)}\n`)
        })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        log.warn(`The features are not kept for other runs: ${error.message}`)
      }
    },
  }
}

async function readRecord(path: string): Promise<FeatureRecord | null> {
  try {
    return ((await readJson(path)) as FeatureRecord | undefined) ?? null
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** Reads a file of exactly this size into `values`; false if it is another one. */
async function readValues(path: string, values: Float32Array): Promise<boolean> {
  const bytes = bytesOf(values)
  try {
    const file = await open(path)
    try {
      if ((await file.stat()).size !== bytes.length) return false
      for (let position = 0; position < bytes.length;) {
        const { bytesRead } = await file.read(bytes, position, bytes.length - position, position)
        if (bytesRead === 0) return false
        position += bytesRead
      }
      return true
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCode(error) === '') throw error
    return false
  }
}

function hashOf(values: Float32Array): string {
  return sha256(bytesOf(values))
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
