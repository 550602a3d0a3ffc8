import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/** The batch's mean loss, differentiable, of logits [batch, classes] and int32 class indices [batch]. */
export type Loss = (logits: Tensor2D, labels: Tensor1D) => Scalar
