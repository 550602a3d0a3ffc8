import type { DataSet } from '../data/data-set.js'
import { firstEqual } from '../data/duplicates.js'
import { labelsOf, type Labels } from '../data/labels.js'
import { splitImages, type Split } from '../data/split/split.js'
import type { SplitConfig } from '../spec/types.gen.js'

/** Splits the training part of a data set as a config says. */
export function splitData(data: DataSet, labels: Labels, config: SplitConfig): Promise<Split> {
  const { train, test } = data.splits
  return splitImages(
    {
      labels: labelsOf(labels, train.labels),
      names: labels.names,
      groups: data.groups,
      validation: data.validation,
      hasTestPart: test !== null,
      duplicates: () => firstEqual(train),
    },
    config,
  )
}
