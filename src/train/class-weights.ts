import { nearest } from '../core/table.js'
import type { ClassWeights, Fail, FailOptions, ResolvedLoss } from '../spec/run-spec.js'
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
  fail: Fail,
): ResolvedLoss {
  const refuse =
    (key: string): Refuse =>
    (message, options) =>
      fail(`loss.${key}`, message, { code: 'config_conflict', ...options })
  checkPositiveWeights(loss, names, refuse('pos_weight'))
  if (!('class_weights' in loss)) return loss
  const class_weights = weightsOf(loss.class_weights, names, labels, refuse('class_weights'))
  return { ...loss, class_weights }
}

type Refuse = (message: string, options?: FailOptions) => Error

function weightsOf(
  given: GivenWeights,
  names: readonly string[],
  labels: Iterable<number>,
  refuse: Refuse,
): ClassWeights {
  if (given === 'none') return given
  if (given === 'balanced') return balanced(names, labels, refuse)
  const weights = Array.isArray(given) ? listed(given, names, refuse) : named(given, names, refuse)
  if (weights.every((weight) => weight === 0)) {
    throw refuse('loss.class_weights are all 0: there is nothing to learn')
  }
  return weights
}

/** scikit-learn's "balanced": images / (labels * images of the label). */
function balanced(names: readonly string[], labels: Iterable<number>, refuse: Refuse): number[] {
  const counts = names.map(() => 0)
  let total = 0
  for (const label of labels) {
    counts[label] = (counts[label] ?? 0) + 1
    total += 1
  }
  const missing = names.filter((_, label) => counts[label] === 0)
  if (missing.length > 0) {
    throw refuse(
      `loss.class_weights=balanced needs training images of every label; there are none of ${missing.join(', ')}`,
    )
  }
  return counts.map((count) => total / (names.length * count))
}

function listed(weights: readonly number[], names: readonly string[], refuse: Refuse): number[] {
  if (weights.length === names.length) return [...weights]
  throw refuse(`loss.class_weights lists ${weights.length} weights for ${names.length} labels`, {
    hint: `They go in this order: ${names.join(', ')}.`,
  })
}

function named(
  weights: Readonly<Record<string, number>>,
  names: readonly string[],
  refuse: Refuse,
): number[] {
  const [unknown] = Object.keys(weights).filter((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw refuse(`loss.class_weights: there is no label '${unknown}'`, {
      suggestions: nearest(unknown, names),
      hint: `Labels: ${names.join(', ')}.`,
    })
  }
  return names.map((name) => (Object.hasOwn(weights, name) ? (weights[name] as number) : 1))
}

function checkPositiveWeights(loss: LossConfig, names: readonly string[], refuse: Refuse): void {
  if (loss.name !== 'binary_cross_entropy' || loss.pos_weight === null) return
  if (loss.activation === 'softmax') {
    throw refuse('loss.pos_weight needs loss.activation=sigmoid')
  }
  if (Array.isArray(loss.pos_weight) && loss.pos_weight.length !== names.length) {
    throw refuse(
      `loss.pos_weight lists ${loss.pos_weight.length} weights for ${names.length} labels`,
      {
        hint: `They go in this order: ${names.join(', ')}.`,
      },
    )
  }
}
