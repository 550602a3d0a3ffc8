import { add, div, mul, sqrt, sub } from '@tensorflow/tfjs-core'
import type { AdadeltaConfig } from '../../spec/types.gen.js'
import { squareSum } from './moment-sums.js'
import type { OptimizerRule } from './rule.js'
import { penalty } from './weight-decay.js'

/**
 * Adadelta as torch.optim.Adadelta (Zeiler, arXiv:1212.5701). Both averages are decayed sums in units of 1 - rho, which
 * cancels between them and leaves only eps in that unit.
 */
export function adadelta({ rho, eps, weight_decay }: AdadeltaConfig): OptimizerRule {
  const decay = penalty(weight_decay)
  const epsilon = eps / (1 - rho)
  return {
    slots: { ...squareSum.slots, change_sum: 0 },
    scalars: { rate: ({ learningRate }) => learningRate },
    update(given) {
      const { slot, scalar } = given
      const { parameter, gradient } = decay.apply(given)
      const squares = squareSum.next(given, gradient, rho)
      const changes = slot('change_sum')
      const ratio = sqrt(div(add(changes, epsilon), add(squares, epsilon)))
      const change = mul(ratio, gradient)
      return {
        parameter: sub(parameter, mul(change, scalar('rate'))),
        slots: { square_sum: squares, change_sum: add(mul(changes, rho), mul(change, change)) },
      }
    },
  }
}
