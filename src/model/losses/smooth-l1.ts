import { mul, type Tensor } from '@tensorflow/tfjs-core'
import { huber } from './huber.js'
import { l1 } from './l1.js'
import type { Reduction } from './loss.js'

interface Options {
  /** Where the square ends; 0 makes it l1. */
  readonly beta?: number
  readonly reduction?: Reduction
}

/** PyTorch's smooth_l1_loss of two tensors of one shape: d^2 / (2 beta) where d = |x - y| < beta, else d - beta / 2. */
export function smoothL1(
  input: Tensor,
  target: Tensor,
  { beta = 1, reduction = 'mean' }: Options = {},
): Tensor {
  if (beta === 0) return l1(input, target, reduction)
  return mul(huber(input, target, { delta: beta, reduction }), 1 / beta)
}
