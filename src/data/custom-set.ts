import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import { nearest } from '../core/table.js'
import { runOwn, type LoadedDataset } from '../modules/load.js'
import type { CustomDataConfig, DataConfig } from '../spec/types.gen.js'
import { checkContent, type CheckedContent, type CheckedPart } from './custom-content.js'
import type { DataContext, DataFile, DataSet } from './data-set.js'
import { fingerprint } from './fingerprint.js'
import { dataFile } from './hash-file.js'
import { groupNumbers } from './image-groups.js'
import { memoryPart, sharedBytes } from './memory-part.js'

/** Whether a config asks for a data set of a module. */
export function isCustom(config: DataConfig): config is CustomDataConfig {
  return config.name.startsWith('custom/')
}

/** Opens a data set of a user's module: what it gives is checked and becomes a data set like any other. */
export async function openCustom(config: CustomDataConfig, context: DataContext): Promise<DataSet> {
  const dataset = findDataset(config, context)
  const { definition, module, name } = dataset
  const given: unknown = await runOwn(dataset, 'open', () =>
    definition.open(ownKeys(config, dataset), {
      directory: dirname(module.path),
      cacheDirectory: context.cacheDirectory,
      env: context.env,
      signal: context.signal,
      allocate: sharedBytes,
      warn: (message) => context.log.warn(message),
    }),
  )
  const content = checkContent(given, dataset)
  return assemble(content, { ...module, name }, await filesOf(config, context))
}

/** The files, directories and URLs that a data set of a module says it is made from, as it names them. */
export async function customPlaces(
  config: CustomDataConfig,
  context: Pick<DataContext, 'datasets'>,
): Promise<string[]> {
  const dataset = findDataset(config, context)
  const { definition, shown, name } = dataset
  if (definition.places === undefined) return []
  const places: unknown = await runOwn(dataset, 'places', () =>
    definition.places?.(ownKeys(config, dataset)),
  )
  if (Array.isArray(places) && places.every((place) => typeof place === 'string')) return places
  throw new AppError('module_failed', `${shown}: places of '${name}' gave no list of texts`)
}

function findDataset(
  { name }: CustomDataConfig,
  { datasets = [] }: Pick<DataContext, 'datasets'>,
): LoadedDataset {
  const found = datasets.find((dataset) => dataset.name === name)
  if (found !== undefined) return found
  const names = datasets.map((dataset) => dataset.name)
  throw new AppError('data_missing', `No module defines the data set '${name}'`, {
    suggestions: nearest(name, names),
    hint: 'Name the module under modules in the settings file (.atelierrc.yaml).',
  })
}

/** The keys of the module's schema alone, in a copy that the module may change. */
function ownKeys(config: CustomDataConfig, { definition }: LoadedDataset): Record<string, unknown> {
  const keys = Object.keys(definition.schema.properties)
  return structuredClone(Object.fromEntries(keys.map((key) => [key, config[key]])))
}

/** Those places that are files on this machine. */
async function filesOf(config: CustomDataConfig, context: DataContext): Promise<DataFile[]> {
  const files: DataFile[] = []
  for (const place of await customPlaces(config, context)) {
    const path = resolve(place)
    const isFile = await stat(path).then(
      (stats) => stats.isFile(),
      () => false,
    )
    if (isFile) files.push(await dataFile(path))
  }
  return files
}

function assemble(
  { shape, classes, title, train, validation, test }: CheckedContent,
  module: NonNullable<DataSet['module']>,
  files: readonly DataFile[],
): DataSet {
  const own = validation === null ? train : joined(train, validation)
  const held = Int32Array.from(
    { length: validation === null ? 0 : validation.labels.length },
    (_, index) => train.labels.length + index,
  )
  const content = ({ images, labels }: CheckedPart) => `${sha256(images)} ${labels.join()}`
  const tests = test === null ? 'no test images' : `${test.labels.length} test images`
  return {
    shape,
    classes,
    splits: {
      train: memoryPart(own.images, own.labels, shape),
      test: test === null ? null : memoryPart(test.images, test.labels, shape),
    },
    validation: validation === null ? null : held,
    groups: own.groups === null ? null : groupNumbers(own.groups),
    fingerprint: fingerprint({
      shape,
      classes,
      content: {
        train: content(own),
        validation: held.join(),
        test: test === null ? '' : content(test),
      },
    }),
    files,
    module,
    demo: false,
    describe: () =>
      `${title}: ${train.labels.length} training, ${held.length} validation images and ${tests} of ` +
      `${shape.slice(0, 2).join('x')} in ${classes.length} classes, from ${module.path}`,
  }
}

function joined(one: CheckedPart, other: CheckedPart): CheckedPart {
  const images = sharedBytes(one.images.length + other.images.length)
  images.set(one.images)
  images.set(other.images, one.images.length)
  return {
    images,
    labels: Int32Array.from([...one.labels, ...other.labels]),
    groups: one.groups === null || other.groups === null ? null : [...one.groups, ...other.groups],
  }
}
