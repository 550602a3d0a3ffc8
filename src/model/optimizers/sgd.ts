import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { SgdConfig } from '../../spec/types.gen.js'
import type { OptimizerRule } from './rule.js'

/**
 * Stochastic gradient descent as PyTorch defines it: L2 decay joins the gradient, the momentum buffer does not contain
 * the learning rate, and Nesterov's variant looks one buffer ahead.
 */
export function sgd(config: SgdConfig): OptimizerRule {
  const { momentum, weight_decay, nesterov } = config
  return {
    slots: momentum > 0 ? ['momentum'] : [],
    scalars: ({ learningRate }) => ({ learning_rate: learningRate }),
    update(parameter, gradient, slots, scalars) {
      const rate = scalars['learning_rate'] as Tensor
      const slope = weight_decay > 0 ? add(gradient, mul(parameter, weight_decay)) : gradient
      if (momentum === 0) return { parameter: sub(parameter, mul(slope, rate)), slots: {} }
      const buffer = add(mul(slots['momentum'] as Tensor, momentum), slope)
      const direction = nesterov ? add(slope, mul(buffer, momentum)) : buffer
      return { parameter: sub(parameter, mul(direction, rate)), slots: { momentum: buffer } }
    },
  }
}
