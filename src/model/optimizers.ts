import {
  variable,
  zeros,
  type NamedTensorMap,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import { lookUp } from '../core/table.js'
import type { OptimizerConfig } from '../spec/types.gen.js'
import { adam } from './optimizers/adam.js'
import type { Moment, OptimizerRule } from './optimizers/rule.js'
import { sgd } from './optimizers/sgd.js'
import type { NamedVariable } from './variables.js'

/** Every optimizer by name. */
const optimizers = { sgd, adam } satisfies {
  [Config in OptimizerConfig as Config['name']]: (config: Config) => OptimizerRule
}

/** An optimizer over its parameters. */
export interface Optimizer {
  /** Every slot, named `<slot>/<parameter name>`. */
  readonly state: readonly NamedVariable[]
  /** What it updates. */
  readonly parameters: readonly Variable[]
  scalars(moment: Moment): Record<string, number>
  /** Assigns the new values and slots; a parameter without a gradient keeps its value. Gradients go by variable name. */
  apply(gradients: NamedTensorMap, scalars: Readonly<Record<string, Tensor>>): void
  dispose(): void
}

/** The rule of a config over named parameters. */
export function createOptimizer(
  config: OptimizerConfig,
  named: readonly NamedVariable[],
): Optimizer {
  const create = lookUp<unknown>(optimizers, config.name, 'optimizer') as (
    config: OptimizerConfig,
  ) => OptimizerRule
  const rule = create(config)
  const parameters = named.map(({ name, variable: value }) => ({
    value,
    slots: slotsOf(rule, name, value),
  }))
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
  parameter: string,
  value: Variable,
): Record<string, NamedVariable> {
  return Object.fromEntries(
    rule.slots.map((slot) => {
      const start = zeros(value.shape)
      const slotVariable = variable(start, false)
      start.dispose()
      return [slot, { name: `${slot}/${parameter}`, variable: slotVariable }]
    }),
  )
}
