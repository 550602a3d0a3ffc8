import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { SgdConfig } from '../../spec/types.gen.js'
import type { OptimizerRule } from './rule.js'

/**
 * Stochastic gradient descent as PyTorch defines it: L2 decay joins the gradient, the momentum buffer does not contain
 * the learning rate, and Nesterov's variant looks one buffer ahead.
 */
export function sgd(config: SgdConfig): OptimizerRule {
  const { weight_decay, nesterov } = config
  const withMomentum = config.momentum > 0
  return {
    slots: withMomentum ? ['momentum'] : [],
    scalars: ({ learningRate, step, momentum }) => ({
      learning_rate: learningRate,
      ...(withMomentum && { momentum: momentum ? momentum(step) : config.momentum }),
    }),
    update(parameter, gradient, slots, scalars) {
      const rate = scalars['learning_rate'] as Tensor
      const slope = weight_decay > 0 ? add(gradient, mul(parameter, weight_decay)) : gradient
      if (!withMomentum) return { parameter: sub(parameter, mul(slope, rate)), slots: {} }
      const momentum = scalars['momentum'] as Tensor
      const buffer = add(mul(slots['momentum'] as Tensor, momentum), slope)
      const direction = nesterov ? add(slope, mul(buffer, momentum)) : buffer
      return { parameter: sub(parameter, mul(direction, rate)), slots: { momentum: buffer } }
    },
  }
}
