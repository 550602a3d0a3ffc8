import { tensor, variable, type Tensor } from '@tensorflow/tfjs-core'
import type { Engine, InputSpec } from '../../src/engine/compile.js'
import { createOptimizer } from '../../src/model/optimizers.js'
import type { ParameterGroup } from '../../src/model/optimizers/groups.js'
import type { Moment } from '../../src/model/optimizers/rule.js'
import type { OptimizerConfig } from '../../src/spec/types.gen.js'
import { optimizerConfig } from '../model/optimizer-configs.js'

/** One trajectory of the fixture file; its README explains the fields. */
export interface OptimizerCase {
  name: string
  optimizer: string
  hyper: Record<string, unknown> & { lr: number }
  groups?: { lr?: number; weight_decay?: number }[]
  lr_per_step?: number[]
  max_abs_f32_minus_f64: number
  params_after_step: number[][][]
}

/** Parameters by tensor, and their gradients by step and tensor; all row-major. */
export interface Problem {
  shapes: number[][]
  start: number[][]
  gradients: number[][][]
}

export interface OptimizerFixture {
  problem: Problem
  cases: OptimizerCase[]
}

const names: Readonly<Record<string, OptimizerConfig['name']>> = {
  SGD: 'sgd',
  Adam: 'adam',
  AdamW: 'adamw',
  RMSprop: 'rmsprop',
  Adagrad: 'adagrad',
  Adadelta: 'adadelta',
  Adamax: 'adamax',
  NAdam: 'nadam',
  RAdam: 'radam',
  Lion: 'lion',
}

/** The config that the case stands for; undefined where there is none. */
export function optimizerConfigOf(
  one: Pick<OptimizerCase, 'optimizer' | 'hyper' | 'groups'>,
): OptimizerConfig | undefined {
  const name = names[one.optimizer]
  if (name === undefined) return undefined
  const groups = (one.groups ?? []).map(
    ({ lr = null, weight_decay = null }, index): ParameterGroup => ({
      match: `p${index}`,
      lr,
      lr_scale: 1,
      weight_decay,
    }),
  )
  return optimizerConfig(name, { ...one.hyper, groups })
}

/** The moment of each step of a case; rates that are set before a step are those of all groups. */
export function momentsOf({ hyper, lr_per_step }: OptimizerCase): (step: number) => Moment {
  if (lr_per_step === undefined) return (step) => ({ learningRate: hyper.lr, step })
  return (step) => {
    const learningRate = lr_per_step[step]!
    return { learningRate, learningRateOf: () => learningRate, step }
  }
}

/** The parameters after each step, as plain numbers by tensor. */
export async function trajectory(
  engine: Engine,
  config: OptimizerConfig,
  { shapes, start, gradients }: Problem,
  momentAt: (step: number) => Moment,
): Promise<number[][][]> {
  const parameters = start.map((values, index) => ({
    name: `p${index}`,
    variable: variable(tensor(values, shapes[index])),
  }))
  const optimizer = createOptimizer(config, parameters)
  const inputs = Object.fromEntries<InputSpec>([
    ...optimizer.inputs.map((name) => [name, { shape: [], dtype: 'float32' }] as const),
    ...shapes.map((shape, index) => [`g${index}`, { shape, dtype: 'float32' }] as const),
  ])
  const state = [...parameters, ...optimizer.state].map((named) => named.variable)
  const update = (given: Record<string, Tensor>) => {
    const named = parameters.map((parameter, index) => [
      parameter.variable.name,
      given[`g${index}`]!,
    ])
    optimizer.apply(Object.fromEntries(named) as Record<string, Tensor>, given)
    return {}
  }
  const compiled = await engine.compile(update, { inputs, state })
  const path: number[][][] = []
  for (const [step, gradient] of gradients.entries()) {
    const numbers = optimizer.scalars(momentAt(step))
    await compiled.run(
      Object.fromEntries([
        ...optimizer.inputs.map((name) => [name, Float32Array.of(numbers[name]!)]),
        ...gradient.map((values, index) => [`g${index}`, Float32Array.from(values)]),
      ]) as Record<string, Float32Array>,
    )
    await compiled.read()
    path.push(parameters.map((parameter) => [...parameter.variable.dataSync()]))
  }
  await compiled.dispose()
  optimizer.dispose()
  for (const parameter of parameters) parameter.variable.dispose()
  return path
}
