import { AppError } from '../core/errors.js'
import { recordVersion, specHash, type ResolvedModel } from '../spec/run-spec.js'
import type { NormalizationConfig } from '../spec/types.gen.js'
import { checkVersion } from '../store/records.js'
import type { Plan } from './plan.js'

/** What `model.json` says of itself in its user metadata, enough to use the model with nothing else at hand. */
export interface ModelCard {
  readonly record_version: number
  readonly run_id: string
  readonly spec_hash: string
  readonly labels: readonly string[]
  readonly normalization: NormalizationConfig
  readonly model: ResolvedModel
}

export function modelCard(plan: Plan, runId: string): ModelCard {
  const { spec, labels } = plan
  return {
    record_version: recordVersion,
    run_id: runId,
    spec_hash: specHash(spec),
    labels: labels.names,
    normalization: spec.normalization,
    model: spec.model,
  }
}

/** The card inside a parsed `model.json`: `checkpoint_mismatch` if the model does not come from here, `run_corrupt` if it is damaged. */
export function readModelCard(modelJson: unknown, path: string): ModelCard {
  const metadata = (modelJson as { userDefinedMetadata?: { atelier?: unknown } } | undefined)
    ?.userDefinedMetadata
  if (metadata?.atelier === undefined) {
    throw new AppError(
      'checkpoint_mismatch',
      `${path} does not say which labels and images it is for`,
      {
        hint: 'Use a model.json that a run of atelier wrote.',
      },
    )
  }
  checkVersion(metadata.atelier, path)
  if (!isModelCard(metadata.atelier)) {
    throw new AppError('run_corrupt', `${path} is damaged: its labels and its model do not fit`)
  }
  return metadata.atelier
}

function isModelCard(value: unknown): value is ModelCard {
  const { labels, normalization, model } = Object(value) as Record<keyof ModelCard, unknown>
  const { name, num_classes, in_channels, image_size } = Object(model) as Record<string, unknown>
  const sizes = [in_channels, image_size].flat()
  return (
    Array.isArray(labels) &&
    labels.every((label) => typeof label === 'string') &&
    labels.length === num_classes &&
    typeof (Object(normalization) as { name?: unknown }).name === 'string' &&
    typeof name === 'string' &&
    sizes.length === 3 &&
    sizes.every((size) => Number.isSafeInteger(size) && (size as number) > 0)
  )
}
