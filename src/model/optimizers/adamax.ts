import { abs, add, div, maximum, mul, sub } from '@tensorflow/tfjs-core'
import type { AdamaxConfig } from '../../spec/types.gen.js'
import { gradientSum } from './moment-sums.js'
import { momentumOf, type OptimizerRule } from './rule.js'
import { penalty } from './weight-decay.js'

/** Adamax as torch.optim.Adamax (arXiv:1412.6980, section 7.1): eps joins each gradient before the maximum. */
export function adamax({ betas, eps, weight_decay }: AdamaxConfig): OptimizerRule {
  const [beta1, beta2] = betas
  const decay = penalty(weight_decay)
  return {
    slots: { ...gradientSum.slots, largest: 0 },
    scalars: {
      ...gradientSum.scalars(beta1),
      rate(moment) {
        const beta = momentumOf(moment, beta1)(moment.step)
        return (moment.learningRate * (1 - beta)) / (1 - beta ** (moment.step + 1))
      },
    },
    update(given) {
      const { slot, scalar } = given
      const { parameter, gradient } = decay.apply(given)
      const gradients = gradientSum.next(given, gradient)
      const largest = maximum(mul(slot('largest'), beta2), add(abs(gradient), eps))
      return {
        parameter: sub(parameter, mul(div(gradients, largest), scalar('rate'))),
        slots: { gradient_sum: gradients, largest },
      }
    },
  }
}
