import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Random } from '../core/random.js'
import type { InputSpec } from '../engine/compile.js'
import { Dropout } from './layers/dropout.js'

/** The masks of one batch size: their input specs, and buffers that each step fills anew. */
export interface DropoutMasks {
  readonly inputs: Readonly<Record<string, InputSpec>>
  /** Draws the masks of one step, from the streams `dropout/<layer>/<step>`. */
  draw(step: number): Readonly<Record<string, Float32Array>>
}

/** The step input that carries a layer's mask. */
export function maskInput(layer: string): string {
  return `mask/${layer}`
}

/** Layers of a model that need a mask in training. */
export function dropoutLayers(model: LayersModel): Dropout[] {
  return model.layers
    .filter((layer) => layer instanceof Dropout)
    .filter(({ trainable }) => trainable)
}

/** Inverted dropout: a mask value is 0 with probability rate, else 1 / (1 - rate). */
export function createDropoutMasks(
  model: LayersModel,
  count: number,
  random: Random,
): DropoutMasks {
  const masks = dropoutLayers(model).map((layer) => {
    const shape = layer.maskShape(count)
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
    return { layer, input: maskInput(layer.name), shape, values }
  })
  const feeds = Object.fromEntries(masks.map(({ input, values }) => [input, values]))
  return {
    inputs: Object.fromEntries(
      masks.map(({ input, shape }) => [input, { shape, dtype: 'float32' }]),
    ),
    draw(step) {
      for (const { layer, values } of masks) {
        fillMask(values, layer.rate, random.fork(`dropout/${layer.name}/${step}`))
      }
      return feeds
    },
  }
}

function fillMask(values: Float32Array, rate: number, stream: Random): void {
  const kept = 1 / (1 - rate)
  for (let i = 0; i < values.length; i++) values[i] = stream.uniform() < rate ? 0 : kept
}
