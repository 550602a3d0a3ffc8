import { setBackend, type Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { trace } from '../../engine/onnx/trace.js'
import type { Trace } from '../../engine/onnx/recorder.js'
import { imageSpec } from '../inference.js'
import { weightsOf } from '../variables.js'

/** One inference traced at two batch sizes: what differs between the two is what depends on the batch size. */
export interface BatchTraces {
  readonly traces: readonly [Trace, Trace]
  readonly batches: readonly [number, number]
}

/** Primes that no size in a network is likely to be, so that nothing is taken for the batch by accident. */
const batches = [1009, 1013] as const

/** Records the kernels that turn images `image` [batch, height, width, channels] into `logits` [batch, classes]. */
export function traceInference(model: LayersModel): BatchTraces {
  void setBackend('cpu')
  const state = weightsOf(model).map(({ variable }) => variable)
  const infer = ({ image }: Record<string, Tensor>) => ({
    logits: model.apply(image as Tensor) as Tensor,
  })
  const traceAt = (batch: number): Trace =>
    trace(infer, { inputs: { image: imageSpec(model, batch) }, state })
  return { traces: [traceAt(batches[0]), traceAt(batches[1])], batches }
}

/** A size of both traces: a number where they agree, else how often it holds the batch size. */
export type Size = number | { readonly batches: number }

/** Tells fixed sizes from multiples of the batch size; undefined where two sizes are neither. */
export function compareSizes(
  [first, second]: readonly [number, number],
  [one, other]: BatchTraces['batches'],
): Size | undefined {
  if (first === second) return first
  const multiple = first / one
  return Number.isInteger(multiple) && multiple * other === second
    ? { batches: multiple }
    : undefined
}
