import { add, div, mul, relu, sqrt, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { RmspropConfig } from '../../spec/types.gen.js'
import { squareSum } from './moment-sums.js'
import { momentumOf, type OptimizerRule } from './rule.js'
import { penalty } from './weight-decay.js'

/**
 * RMSprop as torch.optim.RMSprop (Hinton's lecture; centered: Graves, arXiv:1308.0850): eps is added outside the root.
 * The averages are decayed sums, in units of 1 - alpha. Rounding cannot make the centered variance negative.
 */
export function rmsprop(config: RmspropConfig): OptimizerRule {
  const { alpha, eps, momentum, centered, weight_decay } = config
  const decay = penalty(weight_decay)
  const unit = Math.sqrt(1 - alpha)
  const withMomentum = momentum > 0
  return {
    slots: {
      ...squareSum.slots,
      ...(centered && { gradient_sum: 0 }),
      ...(withMomentum && { momentum: 0 }),
    },
    scalars: {
      rate: ({ learningRate }) => learningRate / unit,
      ...(withMomentum && {
        momentum: (moment) => momentumOf(moment, momentum)(moment.step),
      }),
    },
    update(given) {
      const { slot, scalar } = given
      const { parameter, gradient } = decay.apply(given)
      const squares = squareSum.next(given, gradient, alpha)
      const gradients = centered ? add(mul(slot('gradient_sum'), alpha), gradient) : null
      const variance = gradients ? relu(sub(squares, meanSquare(gradients, alpha))) : squares
      const scaled = div(gradient, add(sqrt(variance), eps / unit))
      const direction = withMomentum
        ? add(mul(slot('momentum'), scalar('momentum')), scaled)
        : scaled
      return {
        parameter: sub(parameter, mul(direction, scalar('rate'))),
        slots: {
          square_sum: squares,
          ...(gradients && { gradient_sum: gradients }),
          ...(withMomentum && { momentum: direction }),
        },
      }
    },
  }
}

/** The square of the average gradient, in the unit of the sum of squares. */
function meanSquare(gradients: Tensor, alpha: number): Tensor {
  return mul(mul(gradients, gradients), 1 - alpha)
}
