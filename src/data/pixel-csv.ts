import { basename } from 'node:path'
import { AppError } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import type { PixelCsvConfig } from '../spec/types.gen.js'
import { arraySet, type LabelledImages } from './array-set.js'
import { csvRows } from './csv-rows.js'
import type { DataSetKind } from './data-set.js'
import { dataFile } from './hash-file.js'
import { classNumbers, groupPositionOf, groupText } from './label-column.js'
import { sharedBytes } from './memory-part.js'

/** Grey images as rows of a CSV file: a label, then the pixels row by row, 0 to 255. */
export const pixelCsv: DataSetKind<PixelCsvConfig> = {
  async open(config) {
    if (config.group_column === config.label_column) {
      throw new AppError('config_conflict', 'data.group_column is the column of the labels')
    }
    const train = await readTable(config, config.path)
    const test = config.test_path === null ? null : await readTable(config, config.test_path)
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

async function readTable(
  { separator, label_column, group_column, size }: PixelCsvConfig,
  path: string,
): Promise<Table> {
  const texts: string[] = []
  const groups: string[] = []
  let pixels: Uint8Array = new Uint8Array(1 << 20)
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
      continue
    }
    if (cells.length !== columns) {
      throw new AppError(
        'data_corrupt',
        `${path}:${line} has ${cells.length} cells, its header ${columns}`,
        { hint: 'Each row has as many cells as the header.' },
      )
    }
    const place = `${path}:${line}`
    if (groupPosition !== null) groups.push(groupText(cells, groupPosition, place))
    const others = groupPosition === null ? [position] : [position, groupPosition]
    pixels = fillRow(pixels, texts.length * (columns - others.length), cells, others, place)
    const text = (cells[position] as string).trim()
    if (text === '') throw new AppError('data_corrupt', `${path}:${line} has no label`)
    texts.push(text)
  }
  if (texts.length === 0) throw new AppError('data_corrupt', `${path} has no rows below its header`)
  const valuesPerImage = columns - (groupPosition === null ? 1 : 2)
  const [height, width] = size ?? squareOf(valuesPerImage, path)
  if (height * width !== valuesPerImage) {
    throw new AppError(
      'data_mismatch',
      `${path} holds images of ${valuesPerImage} pixels, which are not ${height}x${width}`,
      { hint: 'Set data.size to their height and width.' },
    )
  }
  const kept = sharedBytes(texts.length * valuesPerImage)
  kept.set(pixels.subarray(0, kept.length))
  const store = { kind: 'memory', pixels: kept } as const
  const images = { store, count: texts.length, stored: [height, width, 1], resize: null } as const
  return {
    texts,
    groups: groupPosition === null ? null : groups,
    images,
    sha256: sha256(kept),
    files: [await dataFile(path)],
  }
}

/** Puts a row behind the others; the array doubles when it is full. */
function fillRow(
  pixels: Uint8Array,
  start: number,
  cells: readonly string[],
  skip: readonly number[],
  place: string,
): Uint8Array {
  let out = pixels
  if (start + cells.length > out.length) {
    out = new Uint8Array(2 * (start + cells.length))
    out.set(pixels)
  }
  let target = start
  for (const [index, cell] of cells.entries()) {
    if (skip.includes(index)) continue
    const value = cell.trim() === '' ? NaN : Number(cell)
    if (!(Number.isInteger(value) && value >= 0 && value <= 255)) {
      throw new AppError(
        'data_corrupt',
        `${place}: cell ${index + 1} is '${cell}', not a whole number from 0 to 255`,
      )
    }
    out[target++] = value
  }
  return out
}

function squareOf(values: number, path: string): [number, number] {
  const side = Math.sqrt(values)
  if (Number.isInteger(side) && side > 0) return [side, side]
  throw new AppError('data_mismatch', `${path} holds ${values} pixels a row, which are no square`, {
    hint: 'Set data.size to height and width, for example data.size=[32,24].',
  })
}
