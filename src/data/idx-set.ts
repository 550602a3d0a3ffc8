import { basename, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import type { IdxConfig } from '../spec/types.gen.js'
import { arraySet, type LabelledImages } from './array-set.js'
import type { DataSetKind } from './data-set.js'
import { readIdx, type IdxArray } from './idx.js'
import { numberedClasses } from './label-numbers.js'
import { sharedBytes } from './memory-part.js'
import { pairOf } from './pair.js'

const remedy = 'Replace the file by an intact copy.'

type Paths = string | string[]

/** Any family of IDX files: images and labels for training, and for testing if they are named; several are joined. */
export const idxSet: DataSetKind<IdxConfig> = {
  async open({ train_images, train_labels, test_images, test_labels, classes, label_base }) {
    const pair = pairOf<Paths>({ test_images, test_labels })
    const train = await load(train_images, train_labels)
    const test = pair === null ? null : await load(...pair)
    const own = numberedClasses(train.labels, label_base, classes, String(train_labels))
    return arraySet(
      basename([train_images].flat()[0] as string),
      own.classes,
      { ...train, labels: own.labels },
      test === null
        ? null
        : {
            ...test,
            labels: numberedClasses(test.labels, label_base, own.classes, String(test_labels))
              .labels,
          },
    )
  },
}

async function load(
  images: Paths,
  labels: Paths,
): Promise<Omit<LabelledImages, 'labels'> & { labels: Uint8Array }> {
  const [imagePaths, labelPaths] = [[images].flat(), [labels].flat()]
  const read = (paths: string[], what: 'images' | 'labels') =>
    Promise.all(paths.map((path) => readIdx(path, { what, remedy })))
  const [arrays, numbers] = [await read(imagePaths, 'images'), await read(labelPaths, 'labels')]
  const [, height, width] = (arrays[0] as IdxArray).dimensions as [number, number, number]
  for (const [index, { dimensions }] of arrays.entries()) {
    const path = imagePaths[index] as string
    if (dimensions.includes(0)) {
      throw new AppError('data_mismatch', `${path} holds no images: ${dimensions.join('x')}`)
    }
    if (dimensions[1] === height && dimensions[2] === width) continue
    throw new AppError(
      'data_mismatch',
      `${path} holds images of ${dimensions.slice(1).join('x')}, ${imagePaths[0]} of ${height}x${width}`,
    )
  }
  if (arrays.length === numbers.length) {
    for (const index of arrays.keys()) {
      const [some, own] = [arrays[index] as IdxArray, numbers[index] as IdxArray]
      compareCounts(some.dimensions, own.dimensions, imagePaths[index], labelPaths[index])
    }
  }
  const pixels = joined(arrays)
  const all = joined(numbers)
  const count = pixels.length / (height * width)
  compareCounts([count], [all.length], imagePaths.join(', '), labelPaths.join(', '))
  const paths = [...imagePaths, ...labelPaths]
  return {
    groups: null,
    images: {
      store: { kind: 'memory', pixels },
      count,
      stored: [height, width, 1],
      resize: null,
    },
    sha256: sha256(pixels),
    labels: all,
    files: [...arrays, ...numbers].map(({ sha256, bytes }, index) => {
      const path = paths[index] as string
      return { name: basename(path), path: resolve(path), sha256, bytes }
    }),
  }
}

function compareCounts(
  [images]: readonly number[],
  [labels]: readonly number[],
  imagePath: string | undefined,
  labelPath: string | undefined,
): void {
  if (images === labels) return
  throw new AppError(
    'data_mismatch',
    `${imagePath} holds ${images} images, but ${labelPath} holds ${labels} labels`,
    { hint: 'Give images and labels in the same order.' },
  )
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
