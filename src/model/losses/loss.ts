import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'

/**
 * The batch's mean loss, differentiable, of logits [batch, classes] and int32 class indices [batch], or float32 shares
 * [batch, classes] where the loss takes them (`takesShares`).
 */
export interface Loss {
  (logits: Tensor2D, targets: Tensor1D | Tensor2D): Scalar
  /** The loss of each image [batch]. */
  readonly each: (logits: Tensor2D, labels: Tensor1D) => Tensor1D
  /** Lets go of class weights, which steps hold on to. */
  dispose(): void
}

/** What becomes of single losses: PyTorch's `reduction`. */
export type Reduction = 'none' | 'mean' | 'sum'
