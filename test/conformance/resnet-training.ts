import { variableGrads, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Engine, Feed } from '../../src/engine/compile.js'
import { Random } from '../../src/core/random.js'
import { lossOf } from '../../src/model/losses.js'
import { createProgram } from '../../src/model/program.js'
import { torchWeights } from '../../src/model/torch-names.js'
import { trainableWeightsOf, weightsOf } from '../../src/model/variables.js'
import { imageNhwc } from '../model/formula.js'
import { optimizerConfig } from '../model/optimizer-configs.js'
import { fillNetwork, networkOf, type NetworkCase } from './networks.js'
import { judge, notOffered, type Comparison, type Verdict } from './verdict.js'

interface Facts {
  readonly sum: number
  readonly l2: number
}

/** Some training steps of a network from its filled state. */
export interface ResnetTraining {
  readonly model: string
  readonly salt: string
  readonly num_classes: number
  readonly batch: number
  readonly size: [number, number]
  readonly lr: number
  readonly momentum: number
  readonly weight_decay: number
  readonly steps: number
  readonly loss_per_step: readonly number[]
  readonly gradient_first_step: Readonly<Record<string, Facts>>
  readonly after: Readonly<Record<string, Facts & { readonly change_l2: number }>>
}

const crossEntropy = {
  name: 'cross_entropy',
  class_weights: 'none',
  label_smoothing: 0,
  ignore_index: -100,
} as const

/** How far the loss of each step may be off, relative to it; later steps have passed more ReLU switches. */
const lossTolerances = [1e-5, 1e-4, 1e-3]

/** Loss per step, the first gradient, and the state at the end, as near as the fixtures' README says rounding allows. */
export async function judgeResnetTraining(
  training: ResnetTraining,
  one: NetworkCase,
  engine: Engine,
): Promise<Verdict> {
  const { num_classes, salt, size } = training
  const comparisons: Comparison[] = []
  for (const compare of [gradientComparisons, trainingComparisons]) {
    const network = networkOf({ ...one, num_classes }, size)
    if (network === undefined) return notOffered(`training of ${training.model}`)
    fillNetwork(network, { ...one, salt })
    comparisons.push(...(await compare(training, network, engine)))
    network.dispose()
  }
  return judge(`training of ${training.model}`, comparisons)
}

/** The lengths of the gradients of the first step's loss. */
async function gradientComparisons(
  training: ResnetTraining,
  network: LayersModel,
  engine: Engine,
): Promise<Comparison[]> {
  const trained = trainableWeightsOf(network)
  const loss = lossOf(crossEntropy)
  const { x, y, shape } = batchOf(training, network, 0)
  const compute = (given: Record<string, Tensor>) => {
    const { grads } = variableGrads(
      () =>
        loss(network.apply(given['x']!, { training: true }) as Tensor2D, given['y'] as Tensor1D),
      trained.map(({ variable }) => variable),
    )
    return Object.fromEntries(trained.map(({ name, variable }) => [name, grads[variable.name]!]))
  }
  const step = await engine.compile(compute, {
    inputs: { x: { shape, dtype: 'float32' }, y: { shape: [y.length], dtype: 'int32' } },
    state: weightsOf(network).map(({ variable }) => variable),
  })
  const found = await step.run({ x, y })
  await step.dispose()
  return torchWeights(network)
    .filter(({ variable }) => Object.hasOwn(found, variable.name))
    .map(({ name, variable }) => ({
      what: `length of the first gradient of ${name}, relative`,
      expected: 1,
      got: lengthOf(found[variable.name]!) / training.gradient_first_step[name]!.l2,
      tolerance: 1e-4,
    }))
}

/** The losses, and the weights and running statistics after the last step. */
async function trainingComparisons(
  training: ResnetTraining,
  network: LayersModel,
  engine: Engine,
): Promise<Comparison[]> {
  const { lr, momentum, weight_decay, steps, loss_per_step } = training
  const optimizer = optimizerConfig('sgd', { lr, momentum, weight_decay })
  const random = new Random(0)
  const program = createProgram({ model: network, loss: crossEntropy, optimizer, engine, random })
  const start = valuesOf(network)
  const losses: Comparison[] = []
  for (let step = 0; step < steps; step++) {
    const { x, y } = batchOf(training, network, step)
    const { loss } = await program.trainStep({ x, y, count: y.length }, { learningRate: lr, step })
    const tolerance = lossTolerances[step] ?? lossTolerances.at(-1)!
    losses.push({
      what: `loss of step ${step}`,
      expected: loss_per_step[step]!,
      got: loss,
      tolerance,
    })
  }
  await program.read()
  await program.dispose()
  return [...losses, ...[...valuesOf(network)].flatMap(stateComparisons)]

  function stateComparisons([name, values]: [string, Float32Array]): Comparison[] {
    const { sum, l2, change_l2 } = training.after[name]!
    const before = start.get(name)!
    const change = lengthOf(values.map((value, index) => value - before[index]!))
    const room = 0.05 * change_l2 * Math.sqrt(values.length)
    const total = values.reduce((partial, value) => partial + value, 0)
    const afterwards = `of ${name} afterwards, relative`
    return [
      { what: `length ${afterwards}`, expected: 1, got: lengthOf(values) / l2, tolerance: 1e-3 },
      { what: `change ${afterwards}`, expected: 1, got: change / change_l2, tolerance: 2e-2 },
      {
        what: `error of the sum ${afterwards}`,
        expected: 0,
        got: (total - sum) / room,
        tolerance: 1,
      },
    ]
  }
}

function batchOf(
  { salt, batch, size, num_classes }: ResnetTraining,
  network: LayersModel,
  step: number,
): { x: Float32Array; y: Int32Array; shape: number[] } {
  const channels = network.inputs[0]!.shape.at(-1) as number
  const x = imageNhwc(`${salt}train${step}`, [batch, channels, ...size])
  const y = Int32Array.from({ length: batch }, (_, index) => (3 * index + step) % num_classes)
  return { x, y, shape: [batch, ...size, channels] }
}

/** Copies of all weights by their state_dict names. */
function valuesOf(network: LayersModel): Map<string, Float32Array> {
  return new Map(
    torchWeights(network).map(({ name, variable }) => [
      name,
      variable.variable.dataSync<'float32'>().slice(),
    ]),
  )
}

function lengthOf(values: Feed): number {
  let squares = 0
  for (const value of values) squares += value * value
  return Math.sqrt(squares)
}
