import { add, div, mul, sqrt, sub } from '@tensorflow/tfjs-core'
import type { NadamConfig } from '../../spec/types.gen.js'
import { gradientSum, squareSum, squareUnit } from './moment-sums.js'
import { momentumOf, type Moment, type OptimizerRule } from './rule.js'
import { penalty, shrinkage } from './weight-decay.js'

/**
 * NAdam by the formula that torch.optim.NAdam documents and computes since 2.0 (Dozat, 2016): its momentum mu grows with
 * the step, and P is the product of all mu so far. (torch 1.13 multiplies the last one into P twice.)
 */
export function nadam(config: NadamConfig): OptimizerRule {
  const { betas, eps, weight_decay, momentum_decay, decoupled_weight_decay } = config
  const [beta1, beta2] = betas
  const decay = decoupled_weight_decay ? shrinkage(weight_decay) : penalty(weight_decay)
  const muOf = (beta: number, step: number) =>
    beta * (1 - 0.5 * 0.96 ** ((step + 1) * momentum_decay))
  /** Before step k: the product of mu of all steps before it. */
  const products = [1]
  const productUpTo = (moment: Moment): number => {
    const beta = momentumOf(moment, beta1)
    for (let step = products.length - 1; step <= moment.step; step++) {
      products.push((products[step] as number) * muOf(beta(step), step))
    }
    return products[moment.step + 1] as number
  }
  return {
    slots: { ...gradientSum.slots, ...squareSum.slots },
    scalars: {
      ...decay.scalars,
      ...gradientSum.scalars(beta1),
      gradient_rate(moment) {
        const { learningRate, step } = moment
        const mu = muOf(momentumOf(moment, beta1)(step), step)
        return (learningRate * (1 - mu)) / (1 - productUpTo(moment)) / squareUnit(beta2, step)
      },
      sum_rate(moment) {
        const { learningRate, step } = moment
        const beta = momentumOf(moment, beta1)(step)
        const ahead = muOf(beta, step + 1)
        const rate = (learningRate * ahead) / (1 - productUpTo(moment) * ahead)
        return (rate * (1 - beta)) / squareUnit(beta2, step)
      },
      epsilon: ({ step }) => eps / squareUnit(beta2, step),
    },
    update(given) {
      const { scalar } = given
      const { parameter, gradient } = decay.apply(given)
      const gradients = gradientSum.next(given, gradient)
      const squares = squareSum.next(given, gradient, beta2)
      const direction = add(
        mul(gradient, scalar('gradient_rate')),
        mul(gradients, scalar('sum_rate')),
      )
      const denominator = add(sqrt(squares), scalar('epsilon'))
      return {
        parameter: sub(parameter, div(direction, denominator)),
        slots: { gradient_sum: gradients, square_sum: squares },
      }
    },
  }
}
