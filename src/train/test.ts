import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.js'
import { createBatches } from '../data/batches.js'
import type { DataContext, DataSet, Part } from '../data/data-set.js'
import { openData } from '../data/datasets.js'
import { labelsOf, mapLabels, type Labels } from '../data/labels.js'
import { createImageLosses } from '../model/image-losses.js'
import type { RunSpec } from '../spec/run-spec.js'
import { splitData } from './plan-split.js'
import type { TestConfig } from '../spec/types.gen.js'
import type { CheckpointPlace } from '../store/references.js'
import { readSpec } from '../store/run-directory.js'
import { evaluate, type Predictions } from './evaluate.js'
import { openModel, type TrainedModel } from './inference.js'
import { dataChange } from './run-facts.js'

/** A model's predictions on a split, and what they were made from. */
export interface TestResult extends Omit<Predictions, 'scores'> {
  readonly split: TestConfig['split']
  readonly classes: readonly string[]
  /** The mean of the run's loss. */
  readonly loss: number
  readonly dataFingerprint: string
  readonly checkpoint: {
    readonly run_id: string
    readonly name: string
    readonly epoch: number | null
    readonly weight_hash: string
  }
}

/** Tests a run's checkpoint on one of its splits, or on the same split of other data with the same labels. */
export async function testCheckpoint(
  config: TestConfig,
  place: CheckpointPlace & { readonly run: string },
  context: DataContext,
): Promise<TestResult> {
  const spec = await readSpec(place.run)
  const data = await openData(config.data ?? spec.data, context)
  if (config.data === null) await warnAboutChangedData(place.run, data, context)
  const labels = mapLabels(spec.labels, data.classes)
  const chosen = await choose(config.split, data, labels, spec)
  await warnAboutTrainingImages(chosen, data, labels, spec, config, context)
  const trained = await openModel(place.directory, config.engine)
  const losses = createImageLosses(spec.loss, trained.engine)
  try {
    checkFit(trained, data, labels)
    const batches = createBatches({
      images: chosen.part.images,
      labels: labelsOf(labels, chosen.part.labels),
      total: chosen.indices.length,
      normalization: trained.card.normalization,
      augmentation: null,
      mix: null,
      seed: spec.seed,
      batchSize: config.batch_size,
      lastBatch: 'keep',
    })
    const { scores, ...predictions } = await evaluate(trained.inference, batches, chosen.indices, {
      classes: labels.names.length,
      losses,
    })
    return {
      ...predictions,
      split: config.split,
      classes: labels.names,
      loss: scores.loss,
      dataFingerprint: data.fingerprint,
      checkpoint: {
        run_id: trained.card.run_id,
        name: place.name,
        epoch: trained.epoch,
        weight_hash: trained.weightHash,
      },
    }
  } finally {
    await losses.dispose()
    await trained.dispose()
  }
}

interface Chosen {
  readonly part: Part
  readonly indices: Int32Array
}

async function choose(
  split: TestConfig['split'],
  data: DataSet,
  labels: Labels,
  spec: RunSpec,
): Promise<Chosen> {
  const own = data.splits.test
  if (split === 'test' && own !== null) {
    const known = labelsOf(labels, own.labels)
    const all = Int32Array.from(known.keys())
    return { part: own, indices: all.filter((index) => (known[index] as number) >= 0) }
  }
  const indices = (await splitData(data, labels, spec.split))[split]
  if (indices.length === 0) {
    throw new AppError('data_missing', `The run has no ${split} images`, {
      hint: `It was trained with split.val_size=${spec.split.val_size} and split.test_size=${spec.split.test_size}.`,
    })
  }
  return { part: data.splits.train, indices }
}

function checkFit({ card }: TrainedModel, data: DataSet, labels: Labels): void {
  const [height, width, channels] = data.shape
  const expected = [...card.model.image_size, card.model.in_channels]
  if (expected.join('x') !== [height, width, channels].join('x')) {
    throw new AppError(
      'checkpoint_mismatch',
      `The model takes images of ${expected.join('x')}, the data has ${data.shape.join('x')}`,
    )
  }
  if (card.labels.join('\n') !== labels.names.join('\n')) {
    throw new AppError(
      'checkpoint_mismatch',
      `The model tells apart ${card.labels.join(', ')}; the data has ${labels.names.join(', ')}`,
    )
  }
}

async function warnAboutChangedData(
  run: string,
  data: DataSet,
  context: DataContext,
): Promise<void> {
  const changed = await dataChange(run, data)
  if (changed !== null) context.log.warn(`${changed} of this run changed since it was trained`)
}

/** Test figures on images that the model was trained on say nothing of new ones: counts them and says so. */
async function warnAboutTrainingImages(
  chosen: Chosen,
  data: DataSet,
  labels: Labels,
  spec: RunSpec,
  config: TestConfig,
  context: DataContext,
): Promise<void> {
  if (config.split === 'train') {
    context.log.warn('split=train: these images were used for training')
    return
  }
  const source = config.data === null ? data : await openData(spec.data, context)
  const sourceLabels = config.data === null ? labels : mapLabels(spec.labels, source.classes)
  const { train } = await splitData(source, sourceLabels, spec.split)
  const seen = new Set(imageHashes(source.splits.train, train, source))
  const known = imageHashes(chosen.part, chosen.indices, data).filter((hash) =>
    seen.has(hash),
  ).length
  if (known > 0) {
    context.log.warn(`${known} of ${chosen.indices.length} images were also used for training`)
  }
}

function imageHashes(part: Part, indices: Int32Array, data: DataSet): string[] {
  const pixels = new Uint8Array(data.shape[0] * data.shape[1] * data.shape[2])
  return Array.from(indices, (index) => {
    part.read([index], pixels)
    return createHash('sha1').update(pixels).digest('base64')
  })
}
