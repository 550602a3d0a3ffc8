import { canonicalJson } from '../core/hash.js'
import { lookUp } from '../core/table.js'
import type { DataConfig } from '../spec/types.gen.js'
import type { DataContext, DataSet, DataSetKind } from './data-set.js'
import { fashionMnist } from './fashion-mnist.js'
import { imageFolder } from './image-folder.js'
import { syntheticFashion } from './synthetic-fashion.js'

type Named<Name> = Extract<DataConfig, { name: Name }>

const dataSets = {
  synthetic_fashion: syntheticFashion,
  fashion_mnist: fashionMnist,
  image_folder: imageFolder,
} satisfies { [Name in DataConfig['name']]: DataSetKind<Named<Name>> }

/** Opens the data set a config names: finds or makes its images and checks them. */
export function openData(config: DataConfig, context: DataContext): Promise<DataSet> {
  const kind = lookUp<unknown>(dataSets, config.name, 'data set') as DataSetKind<DataConfig>
  return kind.open(config, context)
}

/** Opens data sets like `openData`, but only the latest one once however often it is asked for, as in a sweep. */
export function openRepeatedly(): typeof openData {
  let latest: { key: string; data: Promise<DataSet> } | undefined
  return (config, context) => {
    const key = canonicalJson({ ...config, batch_size: null, last_batch: null })
    if (latest?.key !== key) latest = { key, data: openData(config, context) }
    return latest.data
  }
}
