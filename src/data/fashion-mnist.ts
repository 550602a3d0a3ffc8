import { AppError } from '../core/errors.js'
import type { FashionMnistConfig } from '../spec/types.gen.js'
import type { DataContext, DataSet, DataSetKind, Part } from './data-set.js'
import { fashionClasses, fashionShape } from './fashion-classes.js'
import {
  fileNames,
  locate,
  published,
  type FileName,
  type Paths,
  type Place,
} from './fashion-files.js'
import { fingerprint } from './fingerprint.js'
import { readIdx, type IdxArray } from './idx.js'
import { memoryPart } from './memory-part.js'

/**
 * Zalando's Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017) from `data.directory`, else `FASHION_DIR`, else the cache
 * directory, into which missing files are downloaded. A directory of the user is only read; other content than the
 * published one is used with a warning there, and refused in the cache.
 */
export const fashionMnist: DataSetKind<FashionMnistConfig> = {
  async open(config, context) {
    const { place, paths } = await locate(config, context)
    const remedy = remedyFor(place)
    const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
      readIdx(paths['train-images-idx3-ubyte'], { what: 'images', remedy }),
      readIdx(paths['train-labels-idx1-ubyte'], { what: 'labels', remedy }),
      readIdx(paths['t10k-images-idx3-ubyte'], { what: 'images', remedy }),
      readIdx(paths['t10k-labels-idx1-ubyte'], { what: 'labels', remedy }),
    ])
    const splits = {
      train: pair(trainImages, trainLabels, paths, 'train', remedy),
      test: pair(testImages, testLabels, paths, 't10k', remedy),
    }
    const arrays = {
      'train-images-idx3-ubyte': trainImages,
      'train-labels-idx1-ubyte': trainLabels,
      't10k-images-idx3-ubyte': testImages,
      't10k-labels-idx1-ubyte': testLabels,
    }
    compareWithPublished(arrays, place, paths, context)
    return assemble(place, paths, arrays, splits)
  },
}

function pair(
  images: IdxArray,
  labels: IdxArray,
  paths: Paths,
  part: 'train' | 't10k',
  remedy: string,
): Part {
  const [imagesPath, labelsPath] = [
    paths[`${part}-images-idx3-ubyte`],
    paths[`${part}-labels-idx1-ubyte`],
  ]
  const [count, height, width] = images.dimensions as [number, number, number]
  const labelCount = labels.data.length
  if (count !== labelCount) {
    throw new AppError(
      'data_mismatch',
      `${imagesPath} holds ${count} images, but ${labelsPath} holds ${labelCount} labels`,
      { hint: remedy },
    )
  }
  if (height !== fashionShape[0] || width !== fashionShape[1] || count === 0) {
    throw new AppError(
      'data_mismatch',
      `${imagesPath} holds ${count} images of ${height}x${width}; Fashion-MNIST's are 28x28`,
      { hint: remedy },
    )
  }
  const wrong = labels.data.findIndex((label) => label >= fashionClasses.length)
  if (wrong !== -1) {
    throw new AppError(
      'data_corrupt',
      `${labelsPath}: label ${wrong} is ${labels.data[wrong] as number}, but the classes are 0 to 9`,
      { hint: remedy },
    )
  }
  return memoryPart(images.data, Int32Array.from(labels.data), fashionShape)
}

function compareWithPublished(
  arrays: Readonly<Record<FileName, IdxArray>>,
  place: Place,
  paths: Paths,
  context: DataContext,
): void {
  const different = fileNames.filter((name) => arrays[name].sha256 !== published[name].sha256)
  if (different.length === 0) return
  const list = different.map((name) => paths[name]).join(', ')
  if (place.origin === 'cache') {
    throw new AppError('data_corrupt', `Not the published Fashion-MNIST content: ${list}`, {
      hint: remedyFor(place),
    })
  }
  context.log.warn(
    `not the published Fashion-MNIST, but used because ${place.origin} asks for it: ${list}`,
  )
}

function assemble(
  place: Place,
  paths: Paths,
  arrays: Readonly<Record<FileName, IdxArray>>,
  splits: { readonly train: Part; readonly test: Part },
): DataSet {
  const hashes = Object.fromEntries(fileNames.map((name) => [name, arrays[name].sha256]))
  return {
    shape: fashionShape,
    classes: fashionClasses,
    splits,
    validation: null,
    groups: null,
    fingerprint: fingerprint({ shape: fashionShape, classes: fashionClasses, content: hashes }),
    files: fileNames.map((name) => ({
      name,
      path: paths[name],
      sha256: arrays[name].sha256,
      bytes: arrays[name].bytes,
    })),
    demo: false,
    describe: () =>
      `Fashion-MNIST: ${splits.train.count} training and ${splits.test.count} test images of 28x28 ` +
      `in ${fashionClasses.length} classes, from ${place.directory}`,
  }
}

function remedyFor(place: Place): string {
  return place.origin === 'cache'
    ? 'Delete the file; the next run downloads it again.'
    : 'Replace the file by an intact copy.'
}
