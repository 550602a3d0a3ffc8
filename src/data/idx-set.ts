import { basename, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import type { IdxConfig } from '../spec/types.gen.js'
import { arraySet, type LabelledImages } from './array-set.js'
import type { DataSetKind } from './data-set.js'
import { readIdx, type IdxArray } from './idx.js'
import { sharedBytes } from './memory-part.js'

const remedy = 'Replace the file by an intact copy.'

/** Any family of IDX files: images and labels for training, and for testing if they are named; several are joined. */
export const idxSet: DataSetKind<IdxConfig> = {
  async open(config) {
    const train = await load(config.train_images, config.train_labels)
    const test =
      config.test_images === null || config.test_labels === null
        ? null
        : await load(config.test_images, config.test_labels)
    const all = [train, ...(test === null ? [] : [test])]
    const largest = Math.max(...all.map(({ labels }) => labels.reduce((a, b) => Math.max(a, b), 0)))
    const classes =
      config.classes ?? Array.from({ length: largest + 1 }, (_, number) => String(number))
    if (largest >= classes.length) {
      throw new AppError(
        'data_mismatch',
        `There is a label ${largest}, but data.classes names ${classes.length} classes`,
        {
          hint: 'Name one class for each label, beginning with label 0.',
        },
      )
    }
    return arraySet('IDX files', classes, train, test)
  },
}

async function load(images: string | string[], labels: string | string[]): Promise<LabelledImages> {
  const [imagePaths, labelPaths] = [[images].flat(), [labels].flat()]
  const arrays = await Promise.all(
    imagePaths.map((path) => readIdx(path, { what: 'images', remedy })),
  )
  const classes = await Promise.all(
    labelPaths.map((path) => readIdx(path, { what: 'labels', remedy })),
  )
  const [first] = arrays as [IdxArray]
  const [, height, width] = first.dimensions as [number, number, number]
  for (const [index, { dimensions }] of arrays.entries()) {
    if (dimensions[1] === height && dimensions[2] === width) continue
    throw new AppError(
      'data_mismatch',
      `${imagePaths[index]} holds images of ${dimensions.slice(1).join('x')}, ${imagePaths[0]} of ${height}x${width}`,
    )
  }
  const pixels = joined(arrays)
  const numbers = joined(classes)
  const count = pixels.length / (height * width)
  if (numbers.length !== count) {
    throw new AppError(
      'data_mismatch',
      `${imagePaths.join(', ')} hold ${count} images, but ${labelPaths.join(', ')} hold ${numbers.length} labels`,
    )
  }
  const files = [...arrays, ...classes].map(({ sha256, bytes }, index) => {
    const path = [...imagePaths, ...labelPaths][index] as string
    return { name: basename(path), path: resolve(path), sha256, bytes }
  })
  return { pixels, shape: [height, width, 1], labels: Int32Array.from(numbers), files }
}

function joined(arrays: readonly IdxArray[]): Uint8Array {
  if (arrays.length === 1) return (arrays[0] as IdxArray).data
  const out = sharedBytes(arrays.reduce((sum, { data }) => sum + data.length, 0))
  let start = 0
  for (const { data } of arrays) {
    out.set(data, start)
    start += data.length
  }
  return out
}
