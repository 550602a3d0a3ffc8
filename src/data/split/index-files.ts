import { readFile } from 'node:fs/promises'
import { AppError, systemCode } from '../../core/errors.js'
import { writeFileAtomic } from '../../core/files.js'
import type { SplitConfig } from '../../spec/types.gen.js'
import { conflict } from './shares.js'
import type { Split } from './split.js'

/**
 * Reads the index files of a config, one index of the training part a line. An index out of range, twice in one file or
 * in two is `data_corrupt`; images in none of them are left out. Without a file for training, it is all others.
 */
export async function readIndexFiles({ files }: SplitConfig, count: number): Promise<Split> {
  if (files.val === null && files.train === null) {
    throw conflict(
      'split.method=files needs split.files.train or split.files.val',
      'A file has one index of the training part a line.',
    )
  }
  const owner = new Map<number, string>()
  const read = async (path: string | null) =>
    path === null ? new Int32Array(0) : await readIndices(path, count, owner)
  const val = await read(files.val)
  const test = await read(files.test)
  const train =
    files.train === null
      ? Int32Array.from({ length: count }, (_, index) => index).filter((index) => !owner.has(index))
      : await read(files.train)
  return { train, val, test }
}

/** Writes indices as such a file. */
export async function writeIndices(path: string, indices: Int32Array): Promise<void> {
  await writeFileAtomic(path, `${indices.join('\n')}\n`)
}

async function readIndices(
  path: string,
  count: number,
  owner: Map<number, string>,
): Promise<Int32Array> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = systemCode(error)
    const reason = code === 'ENOENT' ? 'it does not exist' : code
    throw new AppError('data_missing', `Cannot read ${path}: ${reason}`, { cause: error })
  })
  const indices: number[] = []
  for (const [line, cell] of text.split(/\r?\n/).entries()) {
    if (cell.trim() === '') continue
    const index = Number(cell)
    const place = `${path}:${line + 1}`
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new AppError(
        'data_corrupt',
        `${place}: '${cell.trim()}' is no index from 0 to ${count - 1}`,
      )
    }
    const before = owner.get(index)
    if (before !== undefined) {
      throw new AppError('data_corrupt', `${place}: index ${index} is also at ${before}`)
    }
    owner.set(index, place)
    indices.push(index)
  }
  return Int32Array.from(indices).sort()
}
