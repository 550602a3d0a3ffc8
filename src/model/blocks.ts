import {
  input,
  layers,
  model,
  type LayersModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers'
import { AppError } from '../core/errors.js'
import type { ResolvedModel } from '../spec/run-spec.js'
import { Dropout } from './layers/dropout.js'

/** The images that a network takes. */
export function imageInput(config: ResolvedModel): SymbolicTensor {
  return input({ shape: [...config.image_size, config.in_channels], name: 'image' })
}

/** Applies layers one after another. */
export function chain(x: SymbolicTensor, ...steps: readonly layers.Layer[]): SymbolicTensor {
  return steps.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x)
}

/** The sum of two branches of the same shape. */
export function sum(name: string, branches: [SymbolicTensor, SymbolicTensor]): SymbolicTensor {
  return layers.add({ name }).apply(branches) as SymbolicTensor
}

/** Branches side by side in the last axis. */
export function concatenate(name: string, branches: SymbolicTensor[]): SymbolicTensor {
  return layers.concatenate({ name, axis: -1 }).apply(branches) as SymbolicTensor
}

/** ReLU. */
export function relu(name: string): layers.Layer {
  return layers.reLU({ name })
}

/** A dense layer whose weights are still to be drawn. */
export function linear(name: string, units: number): layers.Layer {
  return layers.dense({ name, units, kernelInitializer: 'zeros' })
}

/** Dropout, or nothing at rate 0. */
export function dropout(name: string, rate: number): layers.Layer[] {
  return rate > 0 ? [new Dropout({ name, rate })] : []
}

/** The network from the images to the logits. */
export function network(
  config: ResolvedModel,
  image: SymbolicTensor,
  logits: SymbolicTensor,
): LayersModel {
  return model({ inputs: image, outputs: logits, name: config.name })
}

/** A number of channels times a factor, at least 1. */
export function scaled(channels: number, factor: number): number {
  return Math.max(1, Math.round(channels * factor))
}

/** Channels near a number that are a multiple of 8, and not less than nine tenths of it: torchvision's _make_divisible. */
export function divisibleByEight(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8)
  return nearest < 0.9 * channels ? nearest + 8 : nearest
}

/** Refuses images smaller than a network can take. */
export function requireImages(config: ResolvedModel, smallest: number, hint: string): void {
  const [height, width] = config.image_size
  if (Math.min(height, width) >= smallest) return
  throw new AppError(
    'config_conflict',
    `${config.name} needs images of at least ${smallest}x${smallest}, but they are ${height}x${width}`,
    { hint },
  )
}
