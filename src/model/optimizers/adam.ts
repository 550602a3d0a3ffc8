import { add, div, maximum, mul, sqrt, sub } from '@tensorflow/tfjs-core'
import type { AdamConfig } from '../../spec/types.gen.js'
import { gradientSum, squareSum, squareUnit } from './moment-sums.js'
import { momentumOf, type OptimizerRule } from './rule.js'
import { penalty, type WeightDecay } from './weight-decay.js'

/** Adam as torch.optim.Adam (Kingma and Ba, arXiv:1412.6980), with L2 decay in the gradient. */
export function adam(config: AdamConfig): OptimizerRule {
  return adamWith(config, penalty(config.weight_decay))
}

/**
 * Adam under either kind of weight decay. Bias corrections, eps and the averages' unit are two numbers per step;
 * amsgrad divides by the largest average of squares so far, before its bias correction.
 */
export function adamWith(
  { betas, eps, amsgrad }: Pick<AdamConfig, 'betas' | 'eps' | 'amsgrad'>,
  decay: WeightDecay,
): OptimizerRule {
  const [beta1, beta2] = betas
  return {
    slots: { ...gradientSum.slots, ...squareSum.slots, ...(amsgrad && { square_largest: 0 }) },
    scalars: {
      ...decay.scalars,
      ...gradientSum.scalars(beta1),
      rate(moment) {
        const { learningRate, step } = moment
        const beta = momentumOf(moment, beta1)(step)
        return (learningRate * (1 - beta)) / (1 - beta ** (step + 1)) / squareUnit(beta2, step)
      },
      epsilon: ({ step }) => eps / squareUnit(beta2, step),
    },
    update(given) {
      const { slot, scalar } = given
      const { parameter, gradient } = decay.apply(given)
      const gradients = gradientSum.next(given, gradient)
      const squares = squareSum.next(given, gradient, beta2)
      const largest = amsgrad ? maximum(slot('square_largest'), squares) : squares
      const denominator = add(sqrt(largest), scalar('epsilon'))
      return {
        parameter: sub(parameter, mul(div(gradients, denominator), scalar('rate'))),
        slots: {
          gradient_sum: gradients,
          square_sum: squares,
          ...(amsgrad && { square_largest: largest }),
        },
      }
    },
  }
}
