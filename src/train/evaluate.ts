import type { Batches } from '../data/batches.js'
import type { ImageLosses } from '../model/image-losses.js'
import type { Inference } from '../model/inference.js'

/** Mean loss, the one that training minimizes, and accuracy over a split. */
export interface Scores {
  readonly loss: number
  readonly accuracy: number
}

/** What a model says of a split, sample by sample, in the order of the given indices. */
export interface Predictions {
  readonly indices: Int32Array
  readonly truth: Int32Array
  readonly predicted: Int32Array
  /** Softmax, row-major [samples, classes]. */
  readonly probabilities: Float32Array
  readonly scores: Scores
}

/**
 * Runs the model over the images at `order` (source indices), in inference mode. The loss is the run's own, class weights
 * and smoothing included, and its mean is over all images at once: the sum of their losses over that of their weights.
 */
export async function evaluate(
  model: Pick<Inference, 'logits'>,
  batches: Batches,
  order: Int32Array,
  { classes, losses }: { readonly classes: number; readonly losses: ImageLosses },
): Promise<Predictions> {
  const truth = new Int32Array(order.length)
  const predicted = new Int32Array(order.length)
  const probabilities = new Float32Array(order.length * classes)
  let [lossSum, weight, correct, done] = [0, 0, 0, 0]
  for (let step = 0; step < batches.steps; step++) {
    const { x, y, count } = batches.fill(order, step)
    const logits = await model.logits(x, count)
    for (const loss of await losses.of(logits, y)) lossSum += loss
    weight += losses.weightOf(y)
    for (let row = 0; row < count; row++) {
      const sample = done + row
      const label = y[row] ?? 0
      const from = sample * classes
      const top = softmaxRow(logits, row * classes, probabilities, from, classes)
      truth[sample] = label
      predicted[sample] = top
      if (top === label) correct += 1
    }
    done += count
  }
  const scores = { loss: lossSum / weight, accuracy: correct / order.length }
  return { indices: order, truth, predicted, probabilities, scores }
}

/**
 * Softmax of one row in double precision, with the largest logit taken out first. Returns the first index of the
 * largest logit.
 */
export function softmaxRow(
  logits: ArrayLike<number>,
  start: number,
  out: Float32Array,
  outStart: number,
  classes: number,
): number {
  let top = 0
  for (let k = 1; k < classes; k++) {
    if ((logits[start + k] ?? NaN) > (logits[start + top] ?? NaN)) top = k
  }
  const largest = logits[start + top] ?? NaN
  let sum = 0
  for (let k = 0; k < classes; k++) sum += Math.exp((logits[start + k] ?? NaN) - largest)
  for (let k = 0; k < classes; k++) {
    out[outStart + k] = Math.exp((logits[start + k] ?? NaN) - largest) / sum
  }
  return top
}
