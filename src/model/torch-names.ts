import type { layers, LayersModel } from '@tensorflow/tfjs-layers'
import { variableOf, type NamedVariable } from './variables.js'

/** A weight under the name, shape and layout that it has in a PyTorch state_dict. */
export interface TorchWeight {
  readonly name: string
  readonly shape: readonly number[]
  readonly variable: NamedVariable
  readonly fromTorch: (values: Float32Array) => Float32Array
  readonly toTorch: (values: Float32Array) => Float32Array
}

/** A layer whose weights are not named by the rule gives their state_dict names by role. */
interface NamesWeights {
  readonly torchNames: Readonly<Record<string, string>>
}

const torchRoles: Readonly<Record<string, string>> = {
  kernel: 'weight',
  depthwise_kernel: 'weight',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
}

/** Where each axis of PyTorch's layout is among ours. */
const kernelAxes: Readonly<Record<number, readonly number[]>> = { 2: [1, 0], 4: [3, 2, 0, 1] }
const depthwiseAxes = [2, 3, 0, 1]

/**
 * The weights of a model by their state_dict names: layers have the names of PyTorch's modules, kernels
 * [height, width, in, out] are [out, in, height, width] there, dense ones transposed, depthwise ones
 * [height, width, channels, multiplier] are [channels * multiplier, 1, height, width].
 */
export function torchWeights(model: LayersModel): TorchWeight[] {
  return model.layers.flatMap((layer) =>
    layer.weights.map((weight): TorchWeight => {
      const role = weight.originalName.slice(layer.name.length + 1)
      const ours = weight.shape as number[]
      const { axes, shape } = layoutOf(role, ours)
      return {
        name: torchName(layer, role),
        shape,
        variable: { name: weight.originalName, variable: variableOf(weight) },
        toTorch: (values) => permuted(values, ours, axes),
        fromTorch: (values) =>
          permuted(
            values,
            axes.map((axis) => ours[axis] as number),
            axes.map((_, axis) => axes.indexOf(axis)),
          ),
      }
    }),
  )
}

function torchName(layer: layers.Layer, role: string): string {
  const own = (layer as Partial<NamesWeights>).torchNames?.[role]
  return own ?? `${layer.name}.${torchRoles[role] ?? role}`
}

function layoutOf(
  role: string,
  ours: readonly number[],
): { axes: readonly number[]; shape: readonly number[] } {
  if (role === 'depthwise_kernel') {
    const [height, width, channels, multiplier] = ours as [number, number, number, number]
    return { axes: depthwiseAxes, shape: [channels * multiplier, 1, height, width] }
  }
  const same = ours.map((_, axis) => axis)
  const axes = role.endsWith('kernel') ? (kernelAxes[ours.length] ?? same) : same
  return { axes, shape: axes.map((axis) => ours[axis] as number) }
}

/** Row-major values with their axes in another order: `axes[i]` is the axis of the input at position i. */
function permuted(
  values: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const steps = axes.map((axis) => strides[axis] as number)
  const sizes = axes.map((axis) => shape[axis] as number)
  const out = new Float32Array(values.length)
  let written = 0
  const walk = (axis: number, from: number): void => {
    const [size, step] = [sizes[axis] as number, steps[axis] as number]
    if (axis === sizes.length - 1) {
      for (let i = 0, at = from; i < size; i++, at += step) out[written++] = values[at] as number
      return
    }
    for (let i = 0; i < size; i++) walk(axis + 1, from + i * step)
  }
  walk(0, 0)
  return out
}
