import { add, div, mul, sqrt, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { AdamConfig } from '../../spec/types.gen.js'
import type { OptimizerRule } from './rule.js'

/**
 * Adam as PyTorch defines it, with L2 decay in the gradient. The slots hold the decayed sums of g and g * g, which are
 * the usual averages divided by 1 - beta; that factor, the bias corrections and eps move into two numbers per step,
 * and each update makes three passes fewer over the weights.
 */
export function adam(config: AdamConfig): OptimizerRule {
  const [beta1, beta2] = config.betas
  return {
    slots: ['gradient_sum', 'square_sum'],
    scalars({ learningRate, step, momentum }) {
      const beta = momentum ? momentum(step) : beta1
      const before = momentum && step > 0 ? momentum(step - 1) : beta
      const root = Math.sqrt((1 - beta2) / (1 - beta2 ** (step + 1)))
      const rate = (learningRate * (1 - beta)) / (1 - beta ** (step + 1))
      return {
        // The sum is counted in units of 1 - beta, which change where a schedule moves beta.
        decay: beta * ((1 - before) / (1 - beta)),
        rate: rate / root,
        epsilon: config.eps / root,
      }
    },
    update(parameter, gradient, slots, scalars) {
      const slope =
        config.weight_decay > 0 ? add(gradient, mul(parameter, config.weight_decay)) : gradient
      const gradientSum = add(
        mul(slots['gradient_sum'] as Tensor, scalars['decay'] as Tensor),
        slope,
      )
      const squareSum = add(mul(slots['square_sum'] as Tensor, beta2), mul(slope, slope))
      const denominator = add(sqrt(squareSum), scalars['epsilon'] as Tensor)
      const change = mul(div(gradientSum, denominator), scalars['rate'] as Tensor)
      return {
        parameter: sub(parameter, change),
        slots: { gradient_sum: gradientSum, square_sum: squareSum },
      }
    },
  }
}
