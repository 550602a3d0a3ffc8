import { add, mul, sub } from '@tensorflow/tfjs-core'
import type { SgdConfig } from '../../spec/types.gen.js'
import { momentumOf, type OptimizerRule, type StepScalar } from './rule.js'
import { penalty } from './weight-decay.js'

const learning_rate: StepScalar = ({ learningRate }) => learningRate

/**
 * Stochastic gradient descent as torch.optim.SGD: the momentum buffer does not contain the learning rate, Nesterov's
 * variant looks one buffer ahead, and dampening spares the first step.
 */
export function sgd(config: SgdConfig): OptimizerRule {
  return config.momentum > 0 ? withMomentum(config) : plain(config)
}

function plain({ weight_decay }: SgdConfig): OptimizerRule {
  const decay = penalty(weight_decay)
  return {
    slots: {},
    scalars: { learning_rate },
    update(given) {
      const { parameter, gradient } = decay.apply(given)
      const change = mul(gradient, given.scalar('learning_rate'))
      return { parameter: sub(parameter, change), slots: {} }
    },
  }
}

function withMomentum({ momentum, dampening, nesterov, weight_decay }: SgdConfig): OptimizerRule {
  const decay = penalty(weight_decay)
  const dampened = dampening > 0
  return {
    slots: { momentum: 0 },
    scalars: {
      learning_rate,
      momentum: (moment) => momentumOf(moment, momentum)(moment.step),
      ...(dampened && { taken: ({ step }) => (step === 0 ? 1 : 1 - dampening) }),
    },
    update(given) {
      const { slot, scalar } = given
      const { parameter, gradient } = decay.apply(given)
      const taken = dampened ? mul(gradient, scalar('taken')) : gradient
      const buffer = add(mul(slot('momentum'), scalar('momentum')), taken)
      const direction = nesterov ? add(gradient, mul(buffer, scalar('momentum'))) : buffer
      const change = mul(direction, scalar('learning_rate'))
      return { parameter: sub(parameter, change), slots: { momentum: buffer } }
    },
  }
}
