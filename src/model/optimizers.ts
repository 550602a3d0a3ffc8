import {
  variable,
  zeros,
  type NamedTensorMap,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { lookUp } from '../core/table.js'
import type { OptimizerConfig } from '../spec/types.gen.js'
import { adam } from './optimizers/adam.js'
import type { Moment, OptimizerRule } from './optimizers/rule.js'
import { sgd } from './optimizers/sgd.js'
import { variableOf } from './variables.js'

/** Every optimizer by name. */
export const optimizers = { sgd, adam } satisfies {
  [Config in OptimizerConfig as Config['name']]: (config: Config) => OptimizerRule
}

/** A variable with a name that is the same in every process: tfjs' own names are numbered per process. */
export interface NamedVariable {
  readonly name: string
  readonly variable: Variable
}

export interface Optimizer {
  /** Every slot, named `<slot>/<weight name>`. */
  readonly state: readonly NamedVariable[]
  /** The trainable weights, in the model's order. */
  readonly parameters: readonly Variable[]
  scalars(moment: Moment): Record<string, number>
  /** Assigns the new weights and slots; a weight without a gradient keeps its value. Gradients go by variable name. */
  apply(gradients: NamedTensorMap, scalars: Readonly<Record<string, Tensor>>): void
  dispose(): void
}

/** The rule of a config over the trainable weights of a model. */
export function createOptimizer(config: OptimizerConfig, model: LayersModel): Optimizer {
  const create = lookUp<unknown>(optimizers, config.name, 'optimizer') as (
    config: OptimizerConfig,
  ) => OptimizerRule
  const rule = create(config)
  const parameters = model.trainableWeights.map((weight) => {
    const value = variableOf(weight)
    return { value, slots: slotsOf(rule, weight.originalName, value) }
  })
  const state = parameters.flatMap(({ slots }) => Object.values(slots))
  return {
    state,
    parameters: parameters.map(({ value }) => value),
    scalars: (moment) => rule.scalars(moment),
    apply(gradients, scalars) {
      for (const { value, slots } of parameters) {
        const gradient = gradients[value.name]
        if (gradient === undefined) continue
        const before = Object.fromEntries(
          Object.entries(slots).map(([slot, { variable }]) => [slot, variable]),
        )
        const after = rule.update(value, gradient, before, scalars)
        value.assign(after.parameter)
        for (const [slot, tensor] of Object.entries(after.slots)) before[slot]?.assign(tensor)
      }
    },
    dispose() {
      for (const { variable } of state) variable.dispose()
    },
  }
}

function slotsOf(
  rule: OptimizerRule,
  weight: string,
  value: Variable,
): Record<string, NamedVariable> {
  return Object.fromEntries(
    rule.slots.map((slot) => {
      const start = zeros(value.shape)
      const slotVariable = variable(start, false)
      start.dispose()
      return [slot, { name: `${slot}/${weight}`, variable: slotVariable }]
    }),
  )
}
