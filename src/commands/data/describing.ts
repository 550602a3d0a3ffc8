import { dirname, resolve } from 'node:path'
import { composeSpec } from '../../config/compose-spec.js'
import { composeRoot, type Composed } from '../../config/compose.js'
import { AppError } from '../../core/errors.js'
import { shownPath } from '../../core/files.js'
import type { Labels } from '../../data/labels.js'
import type { DataSet } from '../../data/data-set.js'
import type { Split } from '../../data/split/split.js'
import type { TrainConfig } from '../../spec/types.gen.js'
import type { Output } from '../base.js'
import type { Context } from '../context.js'
import { openRecordedModules } from '../modules.js'
import { dataContext } from '../training.js'

/** The config that `train` would compose from the same words, or from a spec with changes. */
export async function composeTraining(
  spec: string | undefined,
  words: readonly string[],
  context: Context,
): Promise<Composed<TrainConfig>> {
  if (spec === undefined) return composeRoot('train', words, context)
  await openRecordedModules(dirname(resolve(context.cwd, spec)), context)
  return composeSpec(spec, words, context)
}

/** The data as `train` would use it. A split that cannot be made is told, and no image is set aside then. */
export async function openTrainingData(
  { config, fail }: Composed<TrainConfig>,
  context: Context,
): Promise<{ data: DataSet; labels: Labels; split: Split }> {
  const { openData } = await import('../../data/datasets.js')
  const { labelsOf, mapLabels } = await import('../../data/labels.js')
  const { located } = await import('../../train/located.js')
  const { splitData } = await import('../../train/plan-split.js')
  const data = await openData(config.data, dataContext(context))
  const labels = await located(fail, 'labels', () => mapLabels(config.labels, data.classes))
  try {
    return { data, labels, split: await splitData(data, labels, config.split) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    context.log.warn(`${error.message}; no image is set aside for validation`)
    const used = labelsOf(labels, data.splits.train.labels)
    const train = Int32Array.from(used.keys()).filter((index) => used[index] !== -1)
    return { data, labels, split: { train, val: new Int32Array(0), test: new Int32Array(0) } }
  }
}

/** Describes the data, writes what `out` asks for, and tells it in short. */
export async function describe(
  { spec, out }: { readonly spec?: string | undefined; readonly out?: string | undefined },
  words: readonly string[],
  context: Context,
): Promise<Output> {
  const composed = await composeTraining(spec, words, context)
  const directory = out === undefined ? null : resolve(context.cwd, out)
  if (directory !== null) {
    const { checkDirectory } = await import('../../report/data/own-directory.js')
    await checkDirectory(directory, context.cwd)
  }
  const { describeImages } = await import('../../data/describe.js')
  const { describeSources } = await import('../../data/describe-sources.js')
  const { findingsOf } = await import('../../report/data/findings.js')
  const { descriptionRecord } = await import('../../report/data/record.js')
  const { summarize } = await import('../../report/data/summary.js')
  const { splitHash } = await import('../../data/split/split.js')
  const { config } = composed
  const used = await openTrainingData(composed, context)
  const reading = dataContext(context)
  const description = await describeImages({ ...used, seed: config.seed }, reading)
  const sources = await describeSources(config.data, reading)
  const described = {
    title: used.data.describe(),
    name: config.data.name,
    fingerprint: used.data.fingerprint,
    splitHash: splitHash(used.split),
    description,
    sources,
    findings: findingsOf(description, sources),
  }
  if (directory !== null) {
    const { writeDescription } = await import('../../report/data/description.js')
    await writeDescription(directory, described, used.split)
  }
  const written =
    directory === null
      ? 'Nothing is written; out=DIRECTORY writes tables, pictures and a page.'
      : `written  ${shownPath(resolve(directory, 'index.html'), context.cwd)}`
  return {
    result: { directory, ...descriptionRecord(described) },
    text: `${summarize(described)}\n\n${written}`,
  }
}
