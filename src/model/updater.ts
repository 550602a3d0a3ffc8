import {
  add,
  div,
  maximum,
  mul,
  zerosLike,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { OptimizerConfig, TrainerConfig } from '../spec/types.gen.js'
import { clipGradients } from './gradient-clipping.js'
import { createOptimizer } from './optimizers.js'
import type { Moment } from './optimizers/rule.js'
import { filledVariable, trainableWeightsOf, type NamedVariable } from './variables.js'
import type { WeightAverage } from './weight-average.js'

/** What becomes of the gradients of a batch. */
export interface Updater {
  readonly parameters: readonly NamedVariable[]
  /** What it keeps between updates: optimizer slots and gradients that wait. */
  readonly state: readonly NamedVariable[]
  /** The step inputs that an update reads (else: those of a batch that waits), which `scalars` fills. */
  inputs(completes: boolean): readonly string[]
  /** `weight`: the sum of what the batch's images count in its mean loss. */
  scalars(moment: Moment, weight: number): Record<string, number>
  /** Keeps a batch's mean gradients for the update that they are part of. */
  collect(gradients: NamedTensorMap, inputs: StepInputs): void
  /** Updates all parameters by the mean gradients over this batch and those collected before it. */
  apply(gradients: NamedTensorMap, inputs: StepInputs): void
  dispose(): void
}

type StepInputs = Readonly<Record<string, Tensor>>

/** The inputs that carry what a batch weighs in an update, and the share of the weights in their average. */
const batchWeight = 'batch_weight'
const averageShare = 'average_share'

/** The updater of a model's trained weights; each part of the config is described there. */
export function createUpdater(options: {
  model: LayersModel
  optimizer: OptimizerConfig
  trainer: Pick<TrainerConfig, 'accumulate' | 'gradient_clipping'>
  average: WeightAverage | null
}): Updater {
  const { model, trainer, average } = options
  const optimizer = createOptimizer(options.optimizer, trainableWeightsOf(model))
  const waiting = trainer.accumulate > 1 ? createWaiting(optimizer.parameters) : null
  return {
    parameters: optimizer.parameters,
    state: [...optimizer.state, ...(waiting ? waiting.state : [])],
    inputs: (completes) => [
      ...(waiting ? [batchWeight] : []),
      ...(completes ? optimizer.inputs : []),
      ...(completes && average ? [averageShare] : []),
    ],
    scalars: (moment, weight) => ({
      ...optimizer.scalars(moment),
      [batchWeight]: weight,
      ...(average && { [averageShare]: average.share(moment.step) }),
    }),
    collect(gradients, inputs) {
      waiting?.add(gradients, inputs[batchWeight] as Scalar)
    },
    apply(gradients, inputs) {
      const mean = waiting ? waiting.meanWith(gradients, inputs[batchWeight] as Scalar) : gradients
      optimizer.apply(clipGradients(mean, trainer.gradient_clipping), inputs)
      average?.follow(inputs[averageShare] as Scalar)
    },
    dispose() {
      optimizer.dispose()
      for (const kept of waiting ? waiting.state : []) kept.variable.dispose()
    },
  }
}

/** Far below the weight of any image: nothing is divided by zero where a class weight or `ignore_index` is. */
const leastWeight = 1e-30

/** Sums of the batches' mean gradients times their weights, and of those weights. */
function createWaiting(parameters: readonly NamedVariable[]) {
  const sums = parameters.map(({ name, variable: parameter }) => ({
    parameter,
    name: `waiting_gradient/${name}`,
    variable: filledVariable(parameter.shape, 0),
  }))
  const weights = { name: 'waiting_weight', variable: filledVariable([], 0) }
  const added = (gradients: NamedTensorMap, weight: Scalar) =>
    sums.flatMap(({ parameter, variable: sum }) => {
      const gradient = gradients[parameter.name]
      return gradient ? [{ parameter, sum, total: add(sum, mul(gradient, weight)) }] : []
    })
  return {
    state: [...sums.map(({ name, variable }) => ({ name, variable })), weights],
    add(gradients: NamedTensorMap, weight: Scalar) {
      for (const { sum, total } of added(gradients, weight)) sum.assign(total)
      weights.variable.assign(add(weights.variable, weight))
    },
    /** The mean with this batch; nothing waits any longer. */
    meanWith(gradients: NamedTensorMap, weight: Scalar): NamedTensorMap {
      const share = div(1, maximum(add(weights.variable, weight), leastWeight))
      const means = added(gradients, weight).map(({ parameter, sum, total }) => {
        sum.assign(zerosLike(sum))
        return [parameter.name, mul(total, share)]
      })
      weights.variable.assign(zerosLike(weights.variable))
      return Object.fromEntries(means) as NamedTensorMap
    },
  }
}
