import { basename, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import type { IdxConfig } from '../spec/types.gen.js'
import { arraySet, type LabelledImages } from './array-set.js'
import type { DataContext, DataSetKind } from './data-set.js'
import { openIdx, readIdx, type IdxArray, type IdxFile } from './idx.js'
import { idxImages } from './idx-images.js'
import { numberedClasses } from './label-numbers.js'
import { sharedBytes } from './memory-part.js'
import { pairOf } from './pair.js'

const remedy = 'Replace the file by an intact copy.'

type Paths = string | string[]

/** Any family of IDX files: images and labels for training, and for testing if they are named; several are joined. */
export const idxSet: DataSetKind<IdxConfig> = {
  async open(config, context) {
    const { train_images, train_labels, test_images, test_labels, classes, label_base } = config
    const pair = pairOf<Paths>({ test_images, test_labels })
    const train = await load(train_images, train_labels, context)
    const test = pair === null ? null : await load(...pair, context)
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
  context: DataContext,
): Promise<Omit<LabelledImages, 'labels'> & { labels: Uint8Array }> {
  const [imagePaths, labelPaths] = [[images].flat(), [labels].flat()]
  const files: IdxFile[] = []
  try {
    for (const path of imagePaths) files.push(await openIdx(path, { what: 'images', remedy }))
    checkShapes(files, imagePaths)
    const numbers = await Promise.all(
      labelPaths.map((path) => readIdx(path, { what: 'labels', remedy })),
    )
    checkCounts(files, numbers, imagePaths, labelPaths)
    const read = await idxImages(imagePaths, files, context)
    const paths = [...imagePaths, ...labelPaths]
    return {
      groups: null,
      images: read.images,
      sha256: read.sha256,
      labels: joined(numbers),
      files: [...read.files, ...numbers].map(({ sha256, bytes }, index) => {
        const path = paths[index] as string
        return { name: basename(path), path: resolve(path), sha256, bytes }
      }),
    }
  } finally {
    for (const file of files) await file.close()
  }
}

function checkShapes(files: readonly IdxFile[], paths: readonly string[]): void {
  const [, height, width] = (files[0] as IdxFile).dimensions
  for (const [index, { dimensions }] of files.entries()) {
    if (dimensions.includes(0)) {
      throw new AppError(
        'data_mismatch',
        `${paths[index]} holds no images: ${dimensions.join('x')}`,
      )
    }
    if (dimensions[1] === height && dimensions[2] === width) continue
    throw new AppError(
      'data_mismatch',
      `${paths[index]} holds images of ${dimensions.slice(1).join('x')}, ${paths[0]} of ${height}x${width}`,
    )
  }
}

function checkCounts(
  images: readonly IdxFile[],
  labels: readonly IdxArray[],
  imagePaths: readonly string[],
  labelPaths: readonly string[],
): void {
  const count = ({ dimensions }: Pick<IdxFile, 'dimensions'>) => dimensions[0] as number
  if (images.length === labels.length) {
    for (const [index, some] of images.entries()) {
      const own = labels[index] as IdxArray
      compareCounts(count(some), count(own), imagePaths[index], labelPaths[index])
    }
  }
  const total = (sum: number, one: Pick<IdxFile, 'dimensions'>) => sum + count(one)
  const [all, numbers] = [images.reduce(total, 0), labels.reduce(total, 0)]
  compareCounts(all, numbers, imagePaths.join(', '), labelPaths.join(', '))
}

function compareCounts(
  images: number,
  labels: number,
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
