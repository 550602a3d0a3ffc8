import type { Tensor } from '@tensorflow/tfjs-core'
import { model as tfjsModel, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Engine } from '../../src/engine/compile.js'
import { weightsOf } from '../../src/model/variables.js'
import type { Comparison } from './verdict.js'

/** What a file says of a module's output, in PyTorch's layout. */
export interface Tap {
  readonly module: string
  readonly shape: readonly number[]
  readonly mean: number
  readonly l2: number
  readonly max_abs: number
  readonly at: readonly (readonly number[])[]
  readonly values: readonly number[]
}

/** Logits and the outputs of modules, row-major with the channels last. */
export interface Outputs {
  readonly logits: Float32Array
  readonly modules: ReadonlyMap<string, Float32Array>
}

/** Runs a model in inference mode on images [batch, height, width, channels] and keeps what modules put out. */
export async function outputsOf(
  model: LayersModel,
  engine: Engine,
  images: { values: Float32Array; shape: readonly number[] },
  modules: readonly string[],
): Promise<Outputs> {
  const layers = new Map(modules.map((module) => [module, lastLayer(model, module)]))
  const logits = model.outputNames[0]!
  const names = [...new Set([logits, ...layers.values()])]
  const tapped = tfjsModel({
    inputs: model.inputs,
    outputs: names.map((name) => model.getLayer(name).output as SymbolicTensor),
  })
  const predict = ({ x }: Record<string, Tensor>) => {
    const outputs = [tapped.apply(x!) as Tensor | Tensor[]].flat()
    return Object.fromEntries(names.map((name, index) => [name, outputs[index]!]))
  }
  const step = await engine.compile(predict, {
    inputs: { x: { shape: images.shape, dtype: 'float32' } },
    state: weightsOf(model).map(({ variable }) => variable),
  })
  const outputs = (await step.run({ x: images.values })) as Record<string, Float32Array>
  await step.dispose()
  const found = [...layers].map(([module, layer]) => [module, outputs[layer]!] as const)
  return { logits: outputs[logits]!, modules: new Map(found) }
}

/** The layer whose output is the module's: the last one whose name is the module's or lies below it. */
function lastLayer(model: LayersModel, module: string): string {
  const name = model.layers
    .map((layer) => layer.name)
    .findLast((layer) => layer === module || layer.startsWith(`${module}.`))
  if (name === undefined) throw new Error(`no layer of ${model.name} belongs to ${module}`)
  return name
}

/** Mean, length and single values, each relative to what the fixtures' README measures it by. */
export function tapComparisons(tap: Tap, values: Float32Array): Comparison[] {
  const { module, shape, mean, l2, max_abs, at } = tap
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const size = shape.reduce((product, length) => product * length, 1)
  const spread = l2 / Math.sqrt(size)
  const compare = (what: string, expected: number[], got: number[], scale: number): Comparison => ({
    what: `${module}, ${what}`,
    expected: expected.map((value) => value / scale),
    got: got.map((value) => value / scale),
    tolerance: 1e-4,
  })
  const picked = at.map((position) => values[channelsLast(position, shape)] ?? NaN)
  return [
    { what: `${module}, size`, expected: size, got: values.length, tolerance: 0 },
    compare('mean / rms', [mean], [sum / size], spread),
    compare('l2', [l2], [Math.sqrt(squares)], l2),
    compare('values / max_abs', [...tap.values], picked, max_abs),
  ]
}

/** The flat index, channels last, of a position in PyTorch's layout [N,C,H,W]; other ranks are laid out alike. */
function channelsLast(position: readonly number[], shape: readonly number[]): number {
  const order = shape.length === 4 ? [0, 2, 3, 1] : shape.map((_, axis) => axis)
  return order.reduce((flat, axis) => flat * shape[axis]! + position[axis]!, 0)
}
