import { neg, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'
import { lookUp } from '../core/table.js'
import type { OptimizerConfig } from '../spec/types.gen.js'
import { adadelta } from './optimizers/adadelta.js'
import { adagrad } from './optimizers/adagrad.js'
import { adam } from './optimizers/adam.js'
import { adamax } from './optimizers/adamax.js'
import { adamw } from './optimizers/adamw.js'
import { assignGroups, configOf, momentOf } from './optimizers/groups.js'
import { lion } from './optimizers/lion.js'
import { nadam } from './optimizers/nadam.js'
import { radam } from './optimizers/radam.js'
import { rmsprop } from './optimizers/rmsprop.js'
import type { Moment, OptimizerRule } from './optimizers/rule.js'
import { sgd } from './optimizers/sgd.js'
import { filledVariable, type NamedVariable } from './variables.js'

/** Every optimizer by name. */
const optimizers = {
  sgd,
  adam,
  adamw,
  rmsprop,
  adagrad,
  adadelta,
  adamax,
  nadam,
  radam,
  lion,
} satisfies { [Config in OptimizerConfig as Config['name']]: (config: Config) => OptimizerRule }

/** An optimizer over its parameters. */
export interface Optimizer {
  /** Every slot, named `<slot>/<parameter name>`. */
  readonly state: readonly NamedVariable[]
  /** What it updates. */
  readonly parameters: readonly NamedVariable[]
  /** The step inputs it reads, which `scalars` fills. */
  readonly inputs: readonly string[]
  scalars(moment: Moment): Record<string, number>
  /** Assigns the new values and slots; a parameter without a gradient keeps its value. Gradients go by variable name. */
  apply(gradients: NamedTensorMap, scalars: Readonly<Record<string, Tensor>>): void
  dispose(): void
}

/** The rule of a config over named parameters, each in its group; see `assignGroups` for the errors. */
export function createOptimizer(
  config: OptimizerConfig,
  named: readonly NamedVariable[],
): Optimizer {
  const { groups, indices } = assignGroups(
    config.groups,
    named.map(({ name }) => name),
  )
  const rules = groups.map((group, index) => ({
    rule: ruleOf(configOf(config, group)),
    group,
    inputOf: (scalar: string) => (index === 0 ? scalar : `${scalar}/${index}`),
    used: indices.includes(index),
  }))
  const parameters = named.map((parameter, position) => {
    const owner = rules[indices[position] as number] as (typeof rules)[number]
    return { ...parameter, ...owner, slots: slotsOf(owner.rule, parameter) }
  })
  const state = parameters.flatMap(({ slots }) => Object.values(slots))
  const scalars = rules
    .filter(({ used }) => used)
    .flatMap(({ rule, group, inputOf }) =>
      Object.entries(rule.scalars).map(([name, value]) => ({ input: inputOf(name), group, value })),
    )
  return {
    state,
    parameters: named,
    inputs: scalars.map(({ input }) => input),
    scalars: (moment) =>
      Object.fromEntries(
        scalars.map(({ input, group, value }) => [input, value(momentOf(config, group, moment))]),
      ),
    apply(gradients, given) {
      for (const { variable: parameter, rule, inputOf, slots } of parameters) {
        const gradient = gradients[parameter.name]
        if (gradient === undefined) continue
        const after = rule.update({
          parameter,
          gradient: config.maximize ? neg(gradient) : gradient,
          slot: (name) => existing(slots, name).variable,
          scalar: (name) => existing(given, inputOf(name)),
        })
        parameter.assign(after.parameter)
        for (const [name, value] of Object.entries(after.slots)) {
          existing(slots, name).variable.assign(value)
        }
      }
    },
    dispose() {
      for (const slot of state) slot.variable.dispose()
    },
  }
}

function ruleOf(config: OptimizerConfig): OptimizerRule {
  const create = lookUp<unknown>(optimizers, config.name, 'optimizer') as (
    config: OptimizerConfig,
  ) => OptimizerRule
  return create(config)
}

function slotsOf(
  rule: OptimizerRule,
  { name: parameter, variable: { shape } }: NamedVariable,
): Record<string, NamedVariable> {
  return Object.fromEntries(
    Object.entries(rule.slots).map(([slot, number]) => [
      slot,
      { name: `${slot}/${parameter}`, variable: filledVariable(shape, number) },
    ]),
  )
}

function existing<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name]
  if (found === undefined) throw new Error(`The optimizer has no '${name}'`)
  return found
}
