import { add, div, mul, sqrt, sub } from '@tensorflow/tfjs-core'
import type { RadamConfig } from '../../spec/types.gen.js'
import { gradientSum, squareSum } from './moment-sums.js'
import { momentumOf, type OptimizerRule } from './rule.js'
import { penalty, shrinkage } from './weight-decay.js'

/** Below this length of the average its variance is not tractable, and the step is one of momentum alone. */
const tractable = 5

/**
 * RAdam as torch.optim.RAdam (Liu et al., arXiv:1908.03265): eps joins the root before the bias correction. Without
 * rectification the denominator is 0 * root + 1.
 */
export function radam(config: RadamConfig): OptimizerRule {
  const { betas, eps, weight_decay, decoupled_weight_decay } = config
  const [beta1, beta2] = betas
  const decay = decoupled_weight_decay ? shrinkage(weight_decay) : penalty(weight_decay)
  const isRectified = (step: number) => lengthOf(beta2, step) > tractable
  return {
    slots: { ...gradientSum.slots, ...squareSum.slots },
    scalars: {
      ...decay.scalars,
      ...gradientSum.scalars(beta1),
      rate(moment) {
        const { learningRate, step } = moment
        const beta = momentumOf(moment, beta1)(step)
        const rate = (learningRate * (1 - beta)) / (1 - beta ** (step + 1))
        if (!isRectified(step)) return rate
        return rate * rectification(beta2, step) * Math.sqrt(1 - beta2 ** (step + 1))
      },
      root_share: ({ step }) => (isRectified(step) ? Math.sqrt(1 - beta2) : 0),
      offset: ({ step }) => (isRectified(step) ? eps : 1),
    },
    update(given) {
      const { scalar } = given
      const { parameter, gradient } = decay.apply(given)
      const gradients = gradientSum.next(given, gradient)
      const squares = squareSum.next(given, gradient, beta2)
      const denominator = add(mul(sqrt(squares), scalar('root_share')), scalar('offset'))
      return {
        parameter: sub(parameter, mul(div(gradients, denominator), scalar('rate'))),
        slots: { gradient_sum: gradients, square_sum: squares },
      }
    },
  }
}

/** The length of the simple average that the exponential one of this step stands for. */
function lengthOf(beta2: number, step: number): number {
  const power = beta2 ** (step + 1)
  return longest(beta2) - (2 * (step + 1) * power) / (1 - power)
}

function longest(beta2: number): number {
  return 2 / (1 - beta2) - 1
}

function rectification(beta2: number, step: number): number {
  const [now, end] = [lengthOf(beta2, step), longest(beta2)]
  return Math.sqrt(((now - 4) * (now - 2) * end) / ((end - 4) * (end - 2) * now))
}
