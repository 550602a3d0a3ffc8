import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CustomDataConfig, DataConfig } from '../spec/types.gen.js'
import { customPlaces, isCustom } from './custom-set.js'
import type { DataContext } from './data-set.js'
import { inspectFashion, locate } from './fashion-files.js'
import { fetchSource } from './source.js'

/** A file or directory that a data set is made from. */
export interface DataPlace {
  /** A path, or the URL that it is downloaded from. */
  readonly from: string
  readonly state: 'there' | 'missing' | 'to download' | 'to download unless cached'
}

/** Where the files of a data set are or will come from, without reading or downloading them; none where it has no files. */
export async function placesOf(
  config: DataConfig,
  context: Pick<DataContext, 'env' | 'cacheDirectory' | 'datasets'>,
): Promise<DataPlace[]> {
  if (config.name === 'fashion_mnist') {
    const { place, missing } = inspectFashion(context, config.directory)
    if (missing.length === 0) return [{ from: place.directory, state: 'there' }]
    const [mirror] = config.mirrors
    return missing.map((name) =>
      place.origin === 'cache'
        ? { from: `${mirror}${name}.gz`, state: 'to download' }
        : { from: `${place.directory}/${name}[.gz]`, state: 'missing' },
    )
  }
  return (await namesOf(config, context)).map((from) => {
    if (isUrl(from)) return { from, state: 'to download unless cached' }
    const path = resolve(from)
    return { from: path, state: existsSync(path) ? 'there' : 'missing' }
  })
}

/** The paths of a data set's files or directory on this machine; what has to be downloaded is. */
export async function localPaths(config: DataConfig, context: DataContext): Promise<string[]> {
  if (config.name === 'fashion_mnist') {
    return Object.values((await locate(config, context)).paths)
  }
  if (config.name === 'image_folder') return [(await fetchSource(config, context)).path]
  const names = await namesOf(config, context)
  return names.filter((name) => !isUrl(name)).map((name) => resolve(name))
}

async function namesOf(
  config: DataConfig,
  context: Pick<DataContext, 'datasets'>,
): Promise<string[]> {
  if (isCustom(config)) return customPlaces(config, context)
  const names = namesByKind[config.name] as (config: DataConfig) => (string | string[] | null)[]
  return names(config)
    .flat()
    .filter((name) => name !== null)
}

/** The keys of each kind that name files, as they are in the config. */
const namesByKind: {
  readonly [Name in Exclude<DataConfig['name'], CustomDataConfig['name']>]: (
    config: Extract<DataConfig, { name: Name }>,
  ) => (string | string[] | null)[]
} = {
  synthetic_fashion: () => [],
  fashion_mnist: ({ directory }) => [directory],
  idx: (config) => [
    ...[config.train_images, config.train_labels],
    ...[config.test_images, config.test_labels],
  ],
  image_folder: ({ source }) => [source],
  tensor_table: (config) => [
    ...[config.images, config.labels, config.test_images, config.test_labels],
    config.names,
  ],
  pixel_csv: ({ path, test_path }) => [path, test_path],
}

function isUrl(name: string): boolean {
  return /^https?:\/\//.test(name)
}
