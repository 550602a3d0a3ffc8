import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential, type Sequential } from '@tensorflow/tfjs-layers'
import type { Feed, InputSpec, StepFunction } from '../../src/engine/compile.js'
import { scattered } from './engine-values.js'

/** A network to train step by step, with its own variables. */
export interface Network {
  readonly state: tf.Variable[]
  readonly step: StepFunction
  inputs(batch: number): Record<string, InputSpec>
  feeds(batch: number, step: number): Record<string, Feed>
  dispose(): void
}

const classes = 3

/** Two dense layers, trained by Adam. */
export function denseNetwork(): Network {
  const body = sequential({
    layers: [
      layers.dense({ inputShape: [6], units: 8, activation: 'relu' }),
      layers.dense({ units: classes }),
    ],
  })
  return network([6], [body], (x) => body.apply(x, { training: true }) as tf.Tensor, adam)
}

/** Convolutions, batch norm, both poolings and a dropout mask, trained by SGD with momentum. */
export function convolutionNetwork(): Network {
  const body = sequential({
    layers: [
      layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, padding: 'same' }),
      layers.batchNormalization({}),
      layers.reLU({}),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'relu' }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.flatten({}),
      layers.dense({ units: 6, activation: 'relu' }),
    ],
  })
  const head = sequential({ layers: [layers.dense({ inputShape: [6], units: classes })] })
  const forward = (x: tf.Tensor, mask: tf.Tensor) => {
    const features = body.apply(x, { training: true }) as tf.Tensor
    return head.apply(tf.mul(features, mask), { training: true }) as tf.Tensor
  }
  return network([8, 8, 1], [body, head], forward, momentum, 6)
}

type Update = (weight: tf.Variable, gradient: tf.Tensor, slots: tf.Variable[]) => void

const momentum: Update = (weight, gradient, [buffer]) => {
  buffer!.assign(tf.add(tf.mul(buffer!, 0.9), gradient))
  weight.assign(tf.sub(weight, tf.mul(buffer!, 0.05)))
}

const adam: Update = (weight, gradient, [first, second]) => {
  first!.assign(tf.add(tf.mul(first!, 0.9), tf.mul(gradient, 0.1)))
  second!.assign(tf.add(tf.mul(second!, 0.99), tf.mul(tf.square(gradient), 0.01)))
  weight.assign(tf.sub(weight, tf.div(tf.mul(first!, 0.02), tf.add(tf.sqrt(second!), 1e-2))))
}

function network(
  shape: number[],
  models: Sequential[],
  forward: (x: tf.Tensor, mask: tf.Tensor) => tf.Tensor,
  update: Update,
  maskSize = 1,
): Network {
  const all = models.flatMap((model) => model.weights).map(variableOf)
  const trainable = models.flatMap((model) => model.trainableWeights).map(variableOf)
  for (const variable of trainable) start(variable)
  const slots = trainable.map((variable) =>
    [0, 1].map(() => tf.variable(tf.zeros(variable.shape), false)),
  )
  return {
    state: [...all, ...slots.flat()],
    step({ x, y, mask }) {
      const { value, grads } = tf.variableGrads(() => {
        const target = tf.oneHot(y as tf.Tensor1D, classes, 1, 0, 'float32')
        const scores = tf.sum(tf.mul(tf.logSoftmax(forward(x!, mask!)), target), 1)
        return tf.neg(tf.mean<tf.Scalar>(scores))
      }, trainable)
      trainable.forEach((variable, index) => update(variable, grads[variable.name]!, slots[index]!))
      return { loss: value }
    },
    inputs: (batch) => ({
      x: { shape: [batch, ...shape], dtype: 'float32' },
      y: { shape: [batch], dtype: 'int32' },
      mask: { shape: [batch, maskSize], dtype: 'float32' },
    }),
    feeds(batch, step) {
      const size = shape.reduce((product, length) => product * length, batch)
      return {
        x: scattered(size).map((value, index) => value + Math.sin(index + step)),
        y: Int32Array.from({ length: batch }, (_, index) => (index + step) % classes),
        mask: Float32Array.from({ length: batch * maskSize }, (_, index) =>
          (index + step) % 3 ? 1.5 : 0,
        ),
      }
    },
    dispose() {
      for (const variable of slots.flat()) variable.dispose()
      for (const model of models) model.dispose()
    },
  }
}

function variableOf(weight: { read(): tf.Tensor }): tf.Variable {
  return (weight as unknown as { val: tf.Variable }).val
}

/** The same weights each time, small enough to train. */
function start(variable: tf.Variable): void {
  const values = tf.tensor(scattered(variable.size, 0.4), variable.shape)
  variable.assign(values)
  values.dispose()
}
