import { add, mul, sign, sub } from '@tensorflow/tfjs-core'
import type { LionConfig } from '../../spec/types.gen.js'
import { momentumOf, type OptimizerRule } from './rule.js'
import { shrinkage } from './weight-decay.js'

/**
 * Lion (Chen et al., arXiv:2302.06675): a step of the learning rate in the direction sign(beta1 m + (1 - beta1) g). The
 * momentum m is a decayed sum in units of 1 - beta2, so that the direction needs one factor.
 */
export function lion({ betas, weight_decay }: LionConfig): OptimizerRule {
  const [beta1, beta2] = betas
  const decay = shrinkage(weight_decay)
  return {
    slots: { gradient_sum: 0 },
    scalars: {
      ...decay.scalars,
      learning_rate: ({ learningRate }) => learningRate,
      share(moment) {
        const beta = momentumOf(moment, beta1)(moment.step)
        return (beta * (1 - beta2)) / (1 - beta)
      },
    },
    update(given) {
      const { slot, scalar } = given
      const { parameter, gradient } = decay.apply(given)
      const before = slot('gradient_sum')
      const direction = sign(add(mul(before, scalar('share')), gradient))
      return {
        parameter: sub(parameter, mul(direction, scalar('learning_rate'))),
        slots: { gradient_sum: add(mul(before, beta2), gradient) },
      }
    },
  }
}
