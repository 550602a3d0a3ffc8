import { basename } from 'node:path'
import { AppError } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import type { PixelCsvConfig } from '../spec/types.gen.js'
import { arraySet, type LabelledImages } from './array-set.js'
import { csvRows } from './csv-rows.js'
import type { DataContext, DataSetKind } from './data-set.js'
import { dataFile } from './hash-file.js'
import { classNumbers, groupPositionOf, groupText } from './label-column.js'
import { sharedBytes } from './memory-part.js'
import { packTexts, unpackTexts, type PackedTexts } from './packed-texts.js'
import { cachedPixels, memoryLimit, stopIfInterrupted } from './pixel-cache.js'

/** Grey images as rows of a CSV file: a label, then the pixels row by row, 0 to 255. */
export const pixelCsv: DataSetKind<PixelCsvConfig> = {
  async open(config, context) {
    if (config.group_column === config.label_column) {
      throw new AppError('config_conflict', 'data.group_column is the column of the labels')
    }
    const train = await readTable(config, config.path, context)
    const test =
      config.test_path === null ? null : await readTable(config, config.test_path, context)
    const base = config.label_base
    const own = classNumbers(train.texts, base, config.classes, config.path)
    const held =
      test === null ? null : classNumbers(test.texts, base, own.classes, config.test_path ?? '')
    return arraySet(
      basename(config.path),
      own.classes,
      { ...train, labels: own.labels },
      test === null || held === null ? null : { ...test, labels: held.labels },
    )
  },
}

type Table = Omit<LabelledImages, 'labels'> & { readonly texts: readonly string[] }

/** Pixels that may not fit into memory go through a file of the cache. */
async function readTable(
  config: PixelCsvConfig,
  path: string,
  context: DataContext,
): Promise<Table> {
  const file = await dataFile(path)
  const files = [file]
  // A pixel has at least a digit and what ends it.
  const most = Math.ceil(file.bytes / 2)
  if (most <= (context.memoryLimit ?? memoryLimit)) {
    const pixels = sharedBytes(most)
    let done = 0
    const { texts, groups, shape } = await scan(config, path, context, (row) => {
      pixels.set(row, done)
      done += row.length
    })
    const own = pixels.subarray(0, done)
    const store = { kind: 'memory', pixels: own } as const
    const images = { store, count: texts.length, stored: shape, resize: null } as const
    return { texts, groups, images, sha256: sha256(own), files }
  }
  const { separator, label_column, group_column, size } = config
  const { images, notes, ...cached } = await cachedPixels<Notes>(
    { pixel_csv: file.sha256, separator, label_column, group_column, size },
    async (write) => {
      const { texts, groups, shape } = await scan(config, path, context, write)
      const packed = { texts: packTexts(texts), groups: groups === null ? null : packTexts(groups) }
      return { shape, notes: packed }
    },
    context,
  )
  const groups = notes.groups === null ? null : unpackTexts(notes.groups)
  return { texts: unpackTexts(notes.texts), groups, images, sha256: cached.sha256, files }
}

interface Notes {
  readonly texts: PackedTexts
  readonly groups: PackedTexts | null
}

/** Hands on the pixels of each row, in bytes that are used again for the next. */
async function scan(
  { separator, label_column, group_column, size }: PixelCsvConfig,
  path: string,
  context: DataContext,
  use: (row: Uint8Array) => Promise<void> | void,
) {
  const texts: string[] = []
  const groups: string[] = []
  const once = onlyOnce()
  let row = new Uint8Array(0)
  let position = -1
  let groupPosition: number | null = null
  let columns = 0
  for await (const { cells, line } of csvRows(path, separator)) {
    if (position === -1) {
      position = cells.findIndex((name) => name.trim() === label_column)
      groupPosition = groupPositionOf(cells, group_column, path)
      columns = cells.length
      if (position === -1) {
        throw new AppError('data_mismatch', `${path} has no column '${label_column}'`, {
          hint: 'Set data.label_column to the header of the labels, or data.separator.',
        })
      }
      row = new Uint8Array(columns - (groupPosition === null ? 1 : 2))
      continue
    }
    if (cells.length !== columns) {
      throw new AppError(
        'data_corrupt',
        `${path}:${line} has ${cells.length} cells, its header ${columns}`,
        { hint: 'Each row has as many cells as the header.' },
      )
    }
    stopIfInterrupted(context)
    const place = `${path}:${line}`
    if (groupPosition !== null) groups.push(once(groupText(cells, groupPosition, place)))
    fillRow(row, cells, [position, groupPosition], place)
    const text = (cells[position] as string).trim()
    if (text === '') throw new AppError('data_corrupt', `${path}:${line} has no label`)
    texts.push(once(text))
    await use(row)
  }
  if (texts.length === 0) throw new AppError('data_corrupt', `${path} has no rows below its header`)
  const [height, width] = size ?? squareOf(row.length, path)
  if (height * width !== row.length) {
    throw new AppError(
      'data_mismatch',
      `${path} holds images of ${row.length} pixels, which are not ${height}x${width}`,
      { hint: 'Set data.size to their height and width.' },
    )
  }
  const shape = [height, width, 1] as const
  return { texts, groups: groupPosition === null ? null : groups, shape }
}

/** Gives the same string for equal texts, so that millions of labels take no more than a pointer each. */
function onlyOnce(): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const same = known.get(text)
    if (same === undefined) known.set(text, text)
    return same ?? text
  }
}

function fillRow(
  row: Uint8Array,
  cells: readonly string[],
  skip: readonly (number | null)[],
  place: string,
): void {
  let target = 0
  for (const [index, cell] of cells.entries()) {
    if (skip.includes(index)) continue
    const value = cell.trim() === '' ? NaN : Number(cell)
    if (!(Number.isInteger(value) && value >= 0 && value <= 255)) {
      throw new AppError(
        'data_corrupt',
        `${place}: cell ${index + 1} is '${cell}', not a whole number from 0 to 255`,
      )
    }
    row[target++] = value
  }
}

function squareOf(values: number, path: string): [number, number] {
  const side = Math.sqrt(values)
  if (Number.isInteger(side) && side > 0) return [side, side]
  throw new AppError('data_mismatch', `${path} holds ${values} pixels a row, which are no square`, {
    hint: 'Set data.size to height and width, for example data.size=[32,24].',
  })
}
