import { canonicalJson } from '../core/hash.js'
import { lookUp } from '../core/table.js'
import type { CustomDataConfig, DataConfig } from '../spec/types.gen.js'
import type { DataContext, DataSet, DataSetKind } from './data-set.js'
import { isCustom, openCustom } from './custom-set.js'
import { fashionMnist } from './fashion-mnist.js'
import { idxSet } from './idx-set.js'
import { imageFolder } from './image-folder.js'
import { pixelCsv } from './pixel-csv.js'
import { resized } from './resized.js'
import { syntheticFashion } from './synthetic-fashion.js'
import { tensorTable } from './tensor-table.js'

type Named<Name> = Extract<DataConfig, { name: Name }>
type BuiltIn = Exclude<DataConfig['name'], CustomDataConfig['name']>

const dataSets = {
  synthetic_fashion: syntheticFashion,
  fashion_mnist: fashionMnist,
  idx: idxSet,
  image_folder: imageFolder,
  tensor_table: tensorTable,
  pixel_csv: pixelCsv,
} satisfies { [Name in BuiltIn]: DataSetKind<Named<Name>> }

/** Opens the data set a config names: finds or makes its images, checks them, and gives them the size asked for. */
export async function openData(config: DataConfig, context: DataContext): Promise<DataSet> {
  return resized(await openAsIs(config, context), config.resize, config.channels)
}

function openAsIs(config: DataConfig, context: DataContext): Promise<DataSet> {
  if (isCustom(config)) return openCustom(config, context)
  const kind = lookUp<unknown>(dataSets, config.name, 'data set') as DataSetKind<DataConfig>
  return kind.open(config, context)
}

/** Opens data sets like `openData`, but only the latest one once however often it is asked for, as in a sweep. */
export function openRepeatedly(): typeof openData {
  let latest: { key: string; data: Promise<DataSet> } | undefined
  return (config, context) => {
    const key = canonicalJson({ ...config, batch_size: null, last_batch: null, num_workers: null })
    if (latest?.key !== key) latest = { key, data: openData(config, context) }
    return latest.data
  }
}
