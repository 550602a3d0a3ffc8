import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import type { FashionMnistConfig } from '../spec/types.gen.js'
import type { DataContext, DataSet, DataSetKind, Part } from './data-set.js'
import { download } from './download.js'
import { fashionClasses, fashionShape } from './fashion-classes.js'
import { fingerprint } from './fingerprint.js'
import { readIdx, type IdxArray } from './idx.js'
import { memoryPart } from './memory-part.js'
import { hashUnpacked } from './unpack.js'

/** SHA-256 and size of the published files, unpacked, so that a repacked archive counts as the same. */
const published = {
  'train-images-idx3-ubyte': {
    sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    bytes: 47040016,
  },
  'train-labels-idx1-ubyte': {
    sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    bytes: 60008,
  },
  't10k-images-idx3-ubyte': {
    sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    bytes: 7840016,
  },
  't10k-labels-idx1-ubyte': {
    sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    bytes: 10008,
  },
} as const

const stallMilliseconds = 20_000

type FileName = keyof typeof published

const fileNames = Object.keys(published) as FileName[]

/** Where torchvision puts the files below its root, so that its directory can be used as it is. */
const torchvisionFolder = join('FashionMNIST', 'raw')

interface Place {
  readonly directory: string
  /** What chose the directory, for messages. */
  readonly origin: 'data.directory' | 'FASHION_DIR' | 'cache'
}

/**
 * Zalando's Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017) from `data.directory`, else `FASHION_DIR`, else the cache
 * directory, into which missing files are downloaded. A directory of the user is only read; other content than the
 * published one is used with a warning there, and refused in the cache.
 */
export const fashionMnist: DataSetKind<FashionMnistConfig> = {
  async open(config, context) {
    const place = choosePlace(config, context)
    const paths =
      place.origin === 'cache'
        ? await downloadMissing(place.directory, config.mirrors, context)
        : findAll(place)
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

function choosePlace(config: FashionMnistConfig, context: DataContext): Place {
  if (config.directory !== null) {
    return { directory: resolve(config.directory), origin: 'data.directory' }
  }
  const fashionDirectory = context.env['FASHION_DIR']
  if (fashionDirectory !== undefined && fashionDirectory !== '') {
    return { directory: resolve(fashionDirectory), origin: 'FASHION_DIR' }
  }
  return { directory: join(context.cacheDirectory, 'fashion-mnist'), origin: 'cache' }
}

type Paths = Record<FileName, string>

function findAll(place: Place): Paths {
  if (!existsSync(place.directory)) {
    throw new AppError(
      'data_missing',
      `${place.origin} names a directory that does not exist: ${place.directory}`,
      { hint: adviceFor(place) },
    )
  }
  const found = fileNames.map((name) => [name, findFile(place.directory, name)] as const)
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name)
  if (missing.length > 0) {
    throw new AppError(
      'data_missing',
      `${place.directory} (${place.origin}) lacks ${missing.map((name) => `${name}[.gz]`).join(', ')}`,
      { hint: adviceFor(place) },
    )
  }
  return Object.fromEntries(found) as Paths
}

function findFile(directory: string, name: FileName): string | undefined {
  return [directory, join(directory, torchvisionFolder)]
    .flatMap((folder) => [join(folder, name), join(folder, `${name}.gz`)])
    .find((path) => existsSync(path))
}

async function downloadMissing(
  directory: string,
  mirrors: readonly string[],
  context: DataContext,
): Promise<Paths> {
  const paths: Partial<Paths> = {}
  for (const name of fileNames) {
    paths[name] = findFile(directory, name) ?? (await fetchFile(directory, name, mirrors, context))
  }
  return paths as Paths
}

async function fetchFile(
  directory: string,
  name: FileName,
  mirrors: readonly string[],
  context: DataContext,
): Promise<string> {
  const target = join(directory, `${name}.gz`)
  await download(
    {
      name: `${name}.gz`,
      urls: mirrors.map((mirror) => `${mirror.replace(/\/+$/, '')}/${name}.gz`),
      target,
      maximumBytes: 2 * published[name].bytes,
      verify: (path) => verifyPublished(path, name),
      stallMilliseconds,
      remedy:
        `Put the four Fashion-MNIST files (gz or raw) into ${directory}, or set FASHION_DIR or ` +
        'data.directory to a directory that holds them; data=synthetic_fashion needs no files.',
    },
    context,
  )
  return target
}

async function verifyPublished(path: string, name: FileName): Promise<void> {
  const found = await hashUnpacked(path, '')
  if (found !== published[name].sha256) {
    throw new AppError(
      'data_corrupt',
      `its content has SHA-256 ${found}, the published ${name} has ${published[name].sha256}`,
    )
  }
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
  return memoryPart(images.data, Int32Array.from(labels.data), height * width)
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
  splits: DataSet['splits'],
): DataSet {
  const hashes = Object.fromEntries(fileNames.map((name) => [name, arrays[name].sha256]))
  return {
    shape: fashionShape,
    classes: fashionClasses,
    splits,
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

function adviceFor(place: Place): string {
  const unset = place.origin === 'FASHION_DIR' ? 'unset FASHION_DIR' : 'leave data.directory null'
  return `Put the files there (gz or raw), or ${unset} to have them downloaded; nothing is ever written there.`
}
