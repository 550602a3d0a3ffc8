import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import type { FashionMnistConfig } from '../spec/types.gen.js'
import type { DataContext } from './data-set.js'
import { download } from './download.js'
import { hashUnpacked } from './unpack.js'

/** SHA-256 and size of the published files, unpacked, so that a repacked archive counts as the same. */
export const published = {
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

/** Name of one of the four files, without `.gz`. */
export type FileName = keyof typeof published

/** The four files, training first. */
export const fileNames = Object.keys(published) as FileName[]

const stallMilliseconds = 20_000

/** Where torchvision puts the files below its root, so that its directory can be used as it is. */
const torchvisionFolder = join('FashionMNIST', 'raw')

/** Where the files lie. */
export interface Place {
  readonly directory: string
  /** What chose the directory, for messages. */
  readonly origin: 'data.directory' | 'FASHION_DIR' | 'cache'
}

/** Path of each file. */
export type Paths = Readonly<Record<FileName, string>>

/** Finds the four files where the config, else `FASHION_DIR`, else the cache has them; only the cache is ever filled. */
export async function locate(
  config: FashionMnistConfig,
  context: DataContext,
): Promise<{ place: Place; paths: Paths }> {
  const place = choosePlace(config, context)
  const paths =
    place.origin === 'cache'
      ? await downloadMissing(place.directory, config.mirrors, context)
      : findAll(place)
  return { place, paths }
}

/** Where the files would be taken from, and which of them are not there; nothing is fetched. */
export function inspectFashion(
  context: Pick<DataContext, 'env' | 'cacheDirectory'>,
  directory: string | null = null,
): {
  readonly place: Place
  readonly missing: readonly FileName[]
} {
  const place = choosePlace({ directory }, context)
  return {
    place,
    missing: fileNames.filter((name) => findFile(place.directory, name) === undefined),
  }
}

function choosePlace(
  config: Pick<FashionMnistConfig, 'directory'>,
  context: Pick<DataContext, 'env' | 'cacheDirectory'>,
): Place {
  if (config.directory !== null) {
    return { directory: resolve(config.directory), origin: 'data.directory' }
  }
  const fashionDirectory = context.env['FASHION_DIR']
  if (fashionDirectory !== undefined && fashionDirectory !== '') {
    return { directory: resolve(fashionDirectory), origin: 'FASHION_DIR' }
  }
  return { directory: join(context.cacheDirectory, 'fashion-mnist'), origin: 'cache' }
}

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
  const paths: Partial<Record<FileName, string>> = {}
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

function adviceFor(place: Place): string {
  const unset = place.origin === 'FASHION_DIR' ? 'unset FASHION_DIR' : 'leave data.directory null'
  return `Put the files there (gz or raw), or ${unset} to have them downloaded; nothing is ever written there.`
}
