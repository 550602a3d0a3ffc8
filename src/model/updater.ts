import {
  add,
  div,
  mul,
  scalar as scalarOf,
  variable,
  zeros,
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
import { trainableWeightsOf, type NamedVariable } from './variables.js'
import type { WeightAverage } from './weight-average.js'

/** What becomes of the gradients of a batch. */
export interface Updater {
  readonly parameters: readonly NamedVariable[]
  /** What it keeps between updates: optimizer slots and gradients that wait. */
  readonly state: readonly NamedVariable[]
  /** The step inputs that `apply` reads, which `scalars` fills for an update. */
  readonly inputs: readonly string[]
  scalars(moment: Moment): Record<string, number>
  /** Keeps the mean gradients of a batch of `count` images for the update that they are part of. */
  collect(gradients: NamedTensorMap, count: number): void
  /** Updates all parameters by the mean gradients over this batch and those collected before it. */
  apply(gradients: NamedTensorMap, count: number, scalars: Readonly<Record<string, Tensor>>): void
  dispose(): void
}

/** The input that carries the share of the weights in their average. */
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
    inputs: [...optimizer.inputs, ...(average ? [averageShare] : [])],
    scalars: (moment) => ({
      ...optimizer.scalars(moment),
      ...(average && { [averageShare]: average.share(moment.step) }),
    }),
    collect(gradients, count) {
      waiting?.add(gradients, count)
    },
    apply(gradients, count, scalars) {
      const mean = waiting ? waiting.meanWith(gradients, count) : gradients
      optimizer.apply(clipGradients(mean, trainer.gradient_clipping), scalars)
      average?.follow(scalars[averageShare] as Scalar)
    },
    dispose() {
      optimizer.dispose()
      for (const kept of waiting ? waiting.state : []) kept.variable.dispose()
    },
  }
}

/** Sums of gradients weighted by images, and the images. */
function createWaiting(parameters: readonly NamedVariable[]) {
  const sums = parameters.map(({ name, variable: parameter }) => ({
    parameter,
    name: `waiting_gradient/${name}`,
    variable: variable(zeros(parameter.shape), false),
  }))
  const images = { name: 'waiting_images', variable: variable(scalarOf(0), false) }
  const added = (gradients: NamedTensorMap, count: number) =>
    sums.flatMap(({ parameter, variable: sum }) => {
      const gradient = gradients[parameter.name]
      return gradient ? [{ parameter, sum, total: add(sum, mul(gradient, count)) }] : []
    })
  return {
    state: [...sums.map(({ name, variable }) => ({ name, variable })), images],
    add(gradients: NamedTensorMap, count: number) {
      for (const { sum, total } of added(gradients, count)) sum.assign(total)
      images.variable.assign(add(images.variable, count))
    },
    /** The mean with this batch; nothing waits any longer. */
    meanWith(gradients: NamedTensorMap, count: number): NamedTensorMap {
      const weight = div(1, add(images.variable, count))
      const means = added(gradients, count).map(({ parameter, sum, total }) => {
        sum.assign(zerosLike(sum))
        return [parameter.name, mul(total, weight)]
      })
      images.variable.assign(zerosLike(images.variable))
      return Object.fromEntries(means) as NamedTensorMap
    },
  }
}
