import { input, layers, model, type LayersModel } from '@tensorflow/tfjs-layers'
import type { Engine } from '../../src/engine/compile.js'
import { Random } from '../../src/core/random.js'
import { chain, linear, relu } from '../../src/model/blocks.js'
import { BatchNormalization } from '../../src/model/layers/batch-normalization.js'
import { Convolution } from '../../src/model/layers/convolution.js'
import { MaxPooling } from '../../src/model/layers/max-pooling.js'
import { createProgram, type Program } from '../../src/model/program.js'
import { torchWeights } from '../../src/model/torch-names.js'
import { optimizerConfigOf } from '../contract/optimizer-trajectory.js'
import { imageNhwc } from '../model/formula.js'
import { counted, fillNetwork, nameDifference, type StateDict } from './networks.js'
import { judge, notOffered, type Comparison, type Verdict } from './verdict.js'

/** Training of a small network that the file describes layer by layer. */
export interface SmallCnnCase {
  readonly name: string
  readonly optimizer: string
  readonly hyper: Readonly<Record<string, unknown>> & { readonly lr: number }
  readonly steps: number
  readonly label_smoothing: number
  readonly input_shape: readonly number[]
  readonly num_classes: number
  readonly salt: string
  readonly architecture: readonly string[]
  readonly state_dict: StateDict
  readonly loss_per_step: readonly number[]
  readonly state_after: Readonly<Record<string, { readonly data: readonly number[] }>>
  readonly eval_logits_after: {
    readonly shape: readonly number[]
    readonly data: readonly number[]
  }
}

/** Where PyTorch's defaults are not the config's. */
const torchDefaults = { momentum: 0, weight_decay: 0 }

/** The loss of each step, the state and the logits after the last one. */
export async function judgeSmallCnn(one: SmallCnnCase, engine: Engine): Promise<Verdict> {
  const optimizer = optimizerConfigOf({ ...one, hyper: { ...torchDefaults, ...one.hyper } })
  if (optimizer === undefined) return notOffered(one.optimizer)
  const network = build(one)
  const different = nameDifference(network, one.state_dict)
  if (different !== undefined) throw new Error(`${one.name}: ${different}`)
  fillNetwork(network, one)
  const program = createProgram({
    model: network,
    loss: {
      name: 'cross_entropy',
      class_weights: 'none',
      label_smoothing: one.label_smoothing,
      ignore_index: -100,
    },
    optimizer,
    engine,
    random: new Random(0),
  })
  const verdict = judge(one.name, await comparisons(one, program))
  await program.dispose()
  network.dispose()
  return verdict
}

async function comparisons(one: SmallCnnCase, program: Program): Promise<Comparison[]> {
  const tolerance = 1e-4
  const { input_shape: shape, num_classes: classes, salt } = one
  const count = shape[0]!
  const losses: number[] = []
  for (let step = 0; step < one.steps; step++) {
    const x = imageNhwc(`${salt}small${step}`, shape)
    const y = Int32Array.from({ length: count }, (_, index) => (2 * index + step) % classes)
    const at = { learningRate: one.hyper.lr, step }
    losses.push((await program.trainStep({ x, y, count }, at)).loss)
  }
  await program.read()
  const weights = new Map(torchWeights(program.model).map((weight) => [weight.name, weight]))
  const { eval_logits_after: after } = one
  const images = imageNhwc(`${salt}small_eval`, [after.shape[0]!, ...shape.slice(1)])
  const logits = await program.logits(images, after.shape[0]!)
  return [
    ...losses.map((got, step) => ({
      what: `loss of step ${step}`,
      expected: one.loss_per_step[step]!,
      got,
      tolerance,
    })),
    ...counted(one.state_dict).map(([name]) => {
      const { variable, toTorch } = weights.get(name)!
      const got = [...toTorch(variable.variable.dataSync<'float32'>())]
      return { what: `${name} afterwards`, expected: one.state_after[name]!.data, got, tolerance }
    }),
    { what: 'logits afterwards', expected: after.data, got: [...logits], tolerance },
  ]
}

/** The network that lines such as `conv1: conv2d 1->4, 3x3, stride 2, padding 1, no bias` describe. */
function build({ architecture, input_shape }: SmallCnnCase): LayersModel {
  const [, channels, height, width] = input_shape as [number, number, number, number]
  const image = input({ shape: [height, width, channels], name: 'image' })
  const steps = architecture.map(layerOf)
  return model({ inputs: image, outputs: chain(image, ...steps), name: 'small_cnn' })
}

function layerOf(text: string, index: number): layers.Layer {
  const number = (pattern: RegExp, otherwise: number): number =>
    Number(pattern.exec(text)?.[1] ?? otherwise)
  const [name = '', kind = ''] = text.includes(': ') ? text.split(': ') : [text, text]
  const stride = number(/stride (\d+)/, 1)
  const padding = number(/padding (\d+)/, 0)
  const units = number(/->(\d+)/, 0)
  const size = number(/(\d+)x\d+/, 0)
  if (kind.startsWith('conv2d')) {
    const bias = !kind.includes('no bias')
    return new Convolution({ name, filters: units, size, stride, padding, bias })
  }
  if (kind.startsWith('bn')) return new BatchNormalization({ name })
  if (kind === 'relu') return relu(`relu_${index}`)
  if (kind.startsWith('max_pool'))
    return new MaxPooling({ name: 'max_pool', size, stride, padding })
  if (kind === 'global average pool') return layers.globalAveragePooling2d({ name: 'mean' })
  if (kind.startsWith('linear')) return linear(name, units)
  throw new Error(`no layer is known for '${text}'`)
}
