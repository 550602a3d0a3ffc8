import { add, div, mul, sqrt, sub } from '@tensorflow/tfjs-core'
import type { AdagradConfig } from '../../spec/types.gen.js'
import type { OptimizerRule } from './rule.js'
import { penalty } from './weight-decay.js'

/** Adagrad as torch.optim.Adagrad (Duchi, Hazan and Singer, JMLR 12, 2011). */
export function adagrad(config: AdagradConfig): OptimizerRule {
  const { lr_decay, initial_accumulator_value, eps, weight_decay } = config
  const decay = penalty(weight_decay)
  return {
    slots: { sum: initial_accumulator_value },
    scalars: { rate: ({ learningRate, step }) => learningRate / (1 + step * lr_decay) },
    update(given) {
      const { parameter, gradient } = decay.apply(given)
      const sum = add(given.slot('sum'), mul(gradient, gradient))
      const scaled = div(gradient, add(sqrt(sum), eps))
      return { parameter: sub(parameter, mul(scaled, given.scalar('rate'))), slots: { sum } }
    },
  }
}
