import { formatTable } from '../../core/terminal.js'
import type { TrainConfig } from '../../spec/types.gen.js'
import type { Output } from '../base.js'
import type { Context } from '../context.js'
import { dataContext } from '../training.js'

/** What `--dry-run` shows: the files, and which of them would be downloaded. */
export async function planFetch({ data }: TrainConfig, context: Context): Promise<Output> {
  const { placesOf } = await import('../../data/data-places.js')
  const reading = dataContext(context)
  const places = await placesOf(data, reading)
  const rows = places.map(({ state, from }) => [state, from])
  const cache = `cache  ${reading.cacheDirectory}`
  return {
    result: { data: data.name, cache: reading.cacheDirectory, places },
    text:
      places.length === 0
        ? `${data.name} needs no files.`
        : `${formatTable(['', ''], rows).trimStart()}\n${cache}`,
  }
}

/** Downloads and opens the data, and tells where it is. */
export async function fetchData({ data: config }: TrainConfig, context: Context): Promise<Output> {
  const { openData } = await import('../../data/datasets.js')
  const { localPaths } = await import('../../data/data-places.js')
  const reading = dataContext(context)
  const data = await openData(config, reading)
  const paths = await localPaths(config, reading)
  const lines = [data.describe(), ...paths.map((path) => `file  ${path}`)]
  return {
    result: {
      data: config.name,
      cache: reading.cacheDirectory,
      paths,
      data_fingerprint: data.fingerprint,
      shape: data.shape,
      classes: data.classes,
      images: { train: data.splits.train.count, test: data.splits.test?.count ?? 0 },
    },
    text: lines.join('\n'),
  }
}
