import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import type { TensorTableConfig } from '../spec/types.gen.js'
import { openArchive } from './archive.js'
import { arraySet, type LabelledImages } from './array-set.js'
import type { DataSetKind } from './data-set.js'
import { classNumbers, labelTexts } from './label-column.js'
import { parseNpy, type NumberArray } from './npy.js'
import { imagesOf } from './pixel-table.js'

/** Images as NumPy arrays (npy, or one array of an npz), and their labels in a CSV file, row for row. */
export const tensorTable: DataSetKind<TensorTableConfig> = {
  async open(config) {
    const names = await classNames(config)
    const train = await load(config, config.images, config.labels)
    const test =
      config.test_images === null || config.test_labels === null
        ? null
        : await load(config, config.test_images, config.test_labels)
    const base = config.label_base
    const own = classNumbers(train.texts, base, names, config.labels)
    const held =
      test === null
        ? null
        : classNumbers(test.texts, base, own.classes, config.test_labels ?? config.labels)
    return arraySet(
      basename(config.images),
      own.classes,
      { ...train.images, labels: own.labels },
      test === null || held === null ? null : { ...test.images, labels: held.labels },
    )
  },
}

interface Loaded {
  readonly images: Omit<LabelledImages, 'labels'>
  readonly texts: string[]
}

async function load(config: TensorTableConfig, images: string, labels: string): Promise<Loaded> {
  const bytes = await readBytes(images)
  const array = await arrayOf(bytes, images, config.array)
  const texts = await labelTexts({
    path: resolve(labels),
    separator: config.separator,
    column: config.label_column,
  })
  const { pixels, shape, count } = imagesOf(array, config.layout, images)
  if (texts.length !== count) {
    throw new AppError(
      'data_mismatch',
      `${images} holds ${count} images, but ${labels} holds ${texts.length} labels`,
      { hint: 'Row i of the labels belongs to image i.' },
    )
  }
  const file = {
    name: basename(images),
    path: resolve(images),
    sha256: sha256(bytes),
    bytes: bytes.length,
  }
  return { images: { pixels, shape, files: [file] }, texts }
}

async function readBytes(path: string): Promise<Uint8Array> {
  if (/\.(?:pt|pth|pkl|pickle)$/i.test(path)) {
    throw new AppError(
      'data_mismatch',
      `${path} is a pickle, which can run any program when it is read`,
      {
        hint: 'Convert it once in Python: numpy.save("images.npy", torch.load(path).numpy())',
      },
    )
  }
  try {
    return await readFile(path)
  } catch (error) {
    const code = systemCode(error)
    if (code === '') throw error
    const reason = code === 'ENOENT' ? 'it does not exist' : code
    throw new AppError('data_missing', `Cannot read ${path}: ${reason}`, { cause: error })
  }
}

async function arrayOf(bytes: Uint8Array, path: string, name: string | null): Promise<NumberArray> {
  if (extname(path).toLowerCase() !== '.npz') return parseNpy(bytes, path)
  const archive = await openArchive(path)
  try {
    const names = archive.files.map((file) => file.path.replace(/\.npy$/, ''))
    const position = name === null && names.length === 1 ? 0 : names.indexOf(name ?? 'images')
    const file = archive.files[position]
    if (file === undefined) {
      throw new AppError('data_mismatch', `${path} holds no array '${name ?? 'images'}'`, {
        hint: `It holds ${names.join(', ')}: set data.array.`,
      })
    }
    return parseNpy(await file.read(), `${path}/${file.path}`)
  } finally {
    await archive.close()
  }
}

async function classNames({ names }: TensorTableConfig): Promise<readonly string[] | null> {
  if (names === null) return null
  const text = new TextDecoder().decode(await readBytes(names))
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const found = lines.filter((line) => line !== '')
  const twice = found.find((name, index) => found.indexOf(name) !== index)
  if (twice === undefined && found.length > 1) return found
  throw new AppError(
    'data_corrupt',
    twice === undefined ? `${names} does not name two classes` : `${names} names '${twice}' twice`,
    { hint: 'It holds one class name a line, in the order of the label numbers.' },
  )
}
