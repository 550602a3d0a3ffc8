import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import type { TensorTableConfig } from '../spec/types.gen.js'
import { arrayPixels } from './array-pixels.js'
import { arraySet, type LabelledImages } from './array-set.js'
import type { DataContext, DataSetKind } from './data-set.js'
import { dataFile } from './hash-file.js'
import { classNumbers, labelTexts } from './label-column.js'
import { pairOf } from './pair.js'
import { unreadable } from './unreadable.js'

/** Images as an array (npy, npz, safetensors), and their labels in a CSV file, row for row. */
export const tensorTable: DataSetKind<TensorTableConfig> = {
  async open(config, context) {
    const { test_images, test_labels, label_base: base } = config
    const pair = pairOf({ test_images, test_labels })
    const names = await classNames(config)
    const train = await load(config, [config.images, config.labels], context)
    const test = pair === null ? null : await load(config, pair, context)
    const own = classNumbers(train.texts, base, names, config.labels)
    return arraySet(
      basename(config.images),
      own.classes,
      { ...train, labels: own.labels },
      test === null || pair === null
        ? null
        : { ...test, labels: classNumbers(test.texts, base, own.classes, pair[1]).labels },
    )
  },
}

type Loaded = Omit<LabelledImages, 'labels'> & { readonly texts: readonly string[] }

async function load(
  { array, layout, separator, label_column, group_column }: TensorTableConfig,
  [imagePath, labelPath]: readonly [string, string],
  context: DataContext,
): Promise<Loaded> {
  const files = [await dataFile(imagePath), await dataFile(labelPath)] as const
  const path = resolve(labelPath)
  const columns = { separator, column: label_column, groups: group_column }
  const { texts, groups } = await labelTexts({ path, ...columns })
  const { images, sha256 } = await arrayPixels({ file: files[0], array, layout }, context)
  if (texts.length === images.count) return { images, sha256, texts, groups, files }
  throw new AppError(
    'data_mismatch',
    `${imagePath} holds ${images.count} images, but ${labelPath} holds ${texts.length} labels`,
    { hint: 'Row i below the header belongs to image i; an empty line is no row.' },
  )
}

async function classNames({ names }: TensorTableConfig): Promise<readonly string[] | null> {
  if (names === null) return null
  const text = await readFile(names, 'utf8').catch((error: unknown) => {
    throw unreadable(names, error)
  })
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const found = lines.map((line) => line.trim()).filter((line) => line !== '')
  const twice = found.find((name, index) => found.indexOf(name) !== index)
  if (twice === undefined && found.length > 1) return found
  throw new AppError(
    'data_corrupt',
    twice === undefined ? `${names} does not name two classes` : `${names} names '${twice}' twice`,
    { hint: 'It holds one class name a line, in the order of the label numbers.' },
  )
}
