import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import type { ClassWeights, ResolvedLoss } from '../spec/run-spec.js'
import type { LossConfig } from '../spec/types.gen.js'

type GivenWeights = Extract<LossConfig, { class_weights: unknown }>['class_weights']

/**
 * The loss with its class weights as numbers in the order of the labels, so that a frozen spec repeats the run whatever
 * its split. `labels` are those of the training images. Weights that do not fit the labels are `config_conflict`.
 */
export function resolveLoss(
  loss: LossConfig,
  names: readonly string[],
  labels: Iterable<number>,
): ResolvedLoss {
  checkPositiveWeights(loss, names)
  if (!('class_weights' in loss)) return loss
  return { ...loss, class_weights: weightsOf(loss.class_weights, names, labels) }
}

function weightsOf(
  given: GivenWeights,
  names: readonly string[],
  labels: Iterable<number>,
): ClassWeights {
  if (given === 'none') return given
  if (given === 'balanced') return balanced(names, labels)
  const weights = Array.isArray(given) ? listed(given, names) : named(given, names)
  if (weights.every((weight) => weight === 0)) {
    throw conflict('loss.class_weights are all 0: there is nothing to learn')
  }
  return weights
}

/** scikit-learn's "balanced": images / (labels * images of the label). */
function balanced(names: readonly string[], labels: Iterable<number>): number[] {
  const counts = names.map(() => 0)
  let total = 0
  for (const label of labels) {
    counts[label] = (counts[label] ?? 0) + 1
    total += 1
  }
  const missing = names.filter((_, label) => counts[label] === 0)
  if (missing.length > 0) {
    throw conflict(
      `loss.class_weights=balanced needs training images of every label; there are none of ${missing.join(', ')}`,
    )
  }
  return counts.map((count) => total / (names.length * count))
}

function listed(weights: readonly number[], names: readonly string[]): number[] {
  if (weights.length === names.length) return [...weights]
  throw conflict(
    `loss.class_weights lists ${weights.length} weights for ${names.length} labels`,
    `They go in this order: ${names.join(', ')}.`,
  )
}

function named(weights: Readonly<Record<string, number>>, names: readonly string[]): number[] {
  const [unknown] = Object.keys(weights).filter((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new AppError('config_conflict', `loss.class_weights: there is no label '${unknown}'`, {
      suggestions: nearest(unknown, names),
      hint: `Labels: ${names.join(', ')}.`,
    })
  }
  return names.map((name) => (Object.hasOwn(weights, name) ? (weights[name] as number) : 1))
}

function checkPositiveWeights(loss: LossConfig, names: readonly string[]): void {
  if (loss.name !== 'binary_cross_entropy' || loss.pos_weight === null) return
  if (loss.activation === 'softmax') {
    throw conflict('loss.pos_weight needs loss.activation=sigmoid')
  }
  if (Array.isArray(loss.pos_weight) && loss.pos_weight.length !== names.length) {
    throw conflict(
      `loss.pos_weight lists ${loss.pos_weight.length} weights for ${names.length} labels`,
      `They go in this order: ${names.join(', ')}.`,
    )
  }
}

function conflict(message: string, hint?: string): AppError {
  return new AppError('config_conflict', message, { ...(hint !== undefined && { hint }) })
}
