import { add, mul, type Tensor } from '@tensorflow/tfjs-core'
import type { StepScalar, Update } from './rule.js'

/** What weight decay makes of a parameter and its gradient before the rule's own formula. */
export interface WeightDecay {
  readonly scalars: Readonly<Record<string, StepScalar>>
  apply(given: Update): { parameter: Tensor; gradient: Tensor }
}

/** L2 penalty: weight_decay times the parameter joins the gradient. */
export function penalty(weightDecay: number): WeightDecay {
  return {
    scalars: {},
    apply: ({ parameter, gradient }) => ({
      parameter,
      gradient: weightDecay > 0 ? add(gradient, mul(parameter, weightDecay)) : gradient,
    }),
  }
}

/** Decoupled decay (Loshchilov and Hutter, arXiv:1711.05101): the parameter shrinks by 1 - lr * weight_decay. */
export function shrinkage(weightDecay: number): WeightDecay {
  if (weightDecay === 0) return penalty(0)
  return {
    scalars: { kept: ({ learningRate }) => 1 - learningRate * weightDecay },
    apply: ({ parameter, gradient, scalar }) => ({
      parameter: mul(parameter, scalar('kept')),
      gradient,
    }),
  }
}
