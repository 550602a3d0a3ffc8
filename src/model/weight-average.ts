import { add, mul, sub, variable, type Scalar, type Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { EmaConfig } from '../spec/types.gen.js'
import { variableOf, type NamedVariable } from './variables.js'

/**
 * A running average of everything that training changes in a model, running statistics included (as timm's ModelEmaV3
 * and torchvision's references have it): average = decay * average + (1 - decay) * weight after each update.
 */
export interface WeightAverage {
  /** The averages; they start as the weights. */
  readonly variables: readonly Variable[]
  /** The weights they are of: training goes on from them, so a checkpoint keeps them too. */
  readonly weights: readonly NamedVariable[]
  /** The share of the weights in the average after an update, counted from 0. */
  share(update: number): number
  /** Moves the averages toward the weights, inside a step function. */
  follow(share: Scalar): void
  /** What `run` makes of the model while its weights are the averages; inside a step function or outside. */
  inPlace<T>(run: () => T): T
  /** Takes the model's present weights as the averages: after a checkpoint's were read into it. */
  adopt(): void
  dispose(): void
}

/** The average that a config asks for; null where it asks for none. */
export function createWeightAverage(
  model: LayersModel,
  { decay, warm_up }: EmaConfig,
): WeightAverage | null {
  if (decay === null) return null
  const pairs = changing(model).map((weight) => ({
    weight,
    average: variable(weight.variable, false),
  }))
  return {
    variables: pairs.map(({ average }) => average),
    weights: pairs.map(({ weight }) => weight),
    share(update) {
      // As tf.train.ExponentialMovingAverage with num_updates.
      const kept = warm_up ? Math.min(decay, (2 + update) / (11 + update)) : decay
      return 1 - kept
    },
    follow(share) {
      for (const { weight, average } of pairs) {
        average.assign(add(average, mul(sub(weight.variable, average), share)))
      }
    },
    inPlace(run) {
      const own = pairs.map(({ weight }) => weight.variable.clone())
      for (const { weight, average } of pairs) weight.variable.assign(average)
      try {
        return run()
      } finally {
        pairs.forEach(({ weight }, index) => {
          const value = own[index]
          if (value) weight.variable.assign(value)
          value?.dispose()
        })
      }
    },
    adopt() {
      for (const { weight, average } of pairs) average.assign(weight.variable)
    },
    dispose() {
      for (const { average } of pairs) average.dispose()
    },
  }
}

/** All weights of the layers that are not frozen. */
function changing(model: LayersModel): NamedVariable[] {
  return model.layers
    .filter(({ trainable }) => trainable)
    .flatMap(({ weights }) => weights)
    .map((weight) => ({ name: weight.originalName, variable: variableOf(weight) }))
}
