import { add, mul, type Tensor } from '@tensorflow/tfjs-core'
import { momentumOf, type StepScalar, type Update } from './rule.js'

/**
 * The decayed sum of gradients: their running average divided by 1 - beta1. It spares a pass over the weights, as that
 * factor goes into a number per step. Where a schedule moves beta1, the sum changes its unit with it.
 */
export const gradientSum = {
  slots: { gradient_sum: 0 },
  scalars(beta1: number): { gradient_decay: StepScalar } {
    return {
      gradient_decay: (moment) => {
        const beta = momentumOf(moment, beta1)
        const now = beta(moment.step)
        const before = moment.step > 0 ? beta(moment.step - 1) : now
        return now * ((1 - before) / (1 - now))
      },
    }
  },
  next: ({ slot, scalar }: Update, gradient: Tensor): Tensor =>
    add(mul(slot('gradient_sum'), scalar('gradient_decay')), gradient),
}

/** The decayed sum of squared gradients: their running average divided by 1 - beta2. */
export const squareSum = {
  slots: { square_sum: 0 },
  next: ({ slot }: Update, gradient: Tensor, beta2: number): Tensor =>
    add(mul(slot('square_sum'), beta2), mul(gradient, gradient)),
}

/** What turns the root of the decayed sum of squares into the root of their bias-corrected average. */
export function squareUnit(beta2: number, step: number): number {
  return Math.sqrt((1 - beta2) / (1 - beta2 ** (step + 1)))
}
