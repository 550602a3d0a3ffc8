import { tensor, variable, type Tensor } from '@tensorflow/tfjs-core'
import type { Engine, InputSpec } from '../../src/engine/compile.js'
import { createOptimizer } from '../../src/model/optimizers.js'
import type { OptimizerConfig } from '../../src/spec/types.gen.js'

/** One trajectory of the fixture file; its README explains the fields. */
export interface OptimizerCase {
  name: string
  optimizer: string
  hyper: Record<string, unknown> & { lr: number }
  groups?: unknown
  lr_per_step?: number[]
  max_abs_f32_minus_f64: number
  params_after_step: number[][][]
}

export interface OptimizerFixture {
  problem: { shapes: number[][]; start: number[][]; gradients: number[][][] }
  cases: OptimizerCase[]
}

/** The config that the case stands for; undefined where there is none. */
export function optimizerConfigOf({
  optimizer,
  hyper,
  groups,
}: OptimizerCase): OptimizerConfig | undefined {
  if (groups !== undefined || hyper['maximize'] === true) return undefined
  if (optimizer === 'SGD' && hyper['dampening'] === 0) {
    return { name: 'sgd', ...hyper } as unknown as OptimizerConfig
  }
  if (optimizer === 'Adam' && hyper['amsgrad'] === false) {
    return { name: 'adam', ...hyper } as unknown as OptimizerConfig
  }
  return undefined
}

/** The parameters after each step, as plain numbers by tensor. */
export async function trajectory(
  engine: Engine,
  config: OptimizerConfig,
  one: OptimizerCase,
  { shapes, start, gradients }: OptimizerFixture['problem'],
): Promise<number[][][]> {
  const parameters = start.map((values, index) => ({
    name: `p${index}`,
    variable: variable(tensor(values, shapes[index])),
  }))
  const optimizer = createOptimizer(config, parameters)
  const scalars = Object.keys(optimizer.scalars({ learningRate: 0, step: 0 }))
  const inputs = Object.fromEntries<InputSpec>([
    ...scalars.map((name) => [name, { shape: [], dtype: 'float32' }] as const),
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
    const learningRate = one.lr_per_step?.[step] ?? one.hyper.lr
    const numbers = optimizer.scalars({ learningRate, step })
    await compiled.run(
      Object.fromEntries([
        ...scalars.map((name) => [name, Float32Array.of(numbers[name]!)]),
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
