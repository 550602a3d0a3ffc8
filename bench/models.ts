import { fileURLToPath } from 'node:url'
import { composeRoot } from '../src/config/compose.js'
import { defaultSettings } from '../src/config/settings.js'
import type { ResolvedLoss, ResolvedModel } from '../src/spec/run-spec.js'
import type { OptimizerConfig } from '../src/spec/types.gen.js'

export interface BenchModel {
  /** Images in a batch, and their size. */
  readonly batch: number
  readonly image: readonly [height: number, width: number, channels: number]
  /** What PyTorch's side is to build alike. */
  readonly words: readonly string[]
  /** Steps timed in a round. */
  readonly repeats: number
  /** How many times PyTorch's images per second we want at least. */
  readonly goal: number
}

const momentum = ['optimizer=sgd', 'optimizer.momentum=0.9']

/** The models of the benchmarks; bench/pytorch.py has the same ones by the same names. */
export const benchModels = {
  mlp: {
    batch: 64,
    image: [28, 28, 1],
    words: ['model=mlp', 'optimizer=adam'],
    repeats: 300,
    goal: 1.8,
  },
  cnn: {
    batch: 64,
    image: [28, 28, 1],
    words: ['model=cnn', 'optimizer=adam'],
    repeats: 10,
    goal: 1.3,
  },
  resnet18: {
    batch: 256,
    image: [28, 28, 1],
    words: ['model=resnet18', ...momentum],
    repeats: 3,
    goal: 1,
  },
  mobilenet_v2: {
    batch: 32,
    image: [96, 96, 3],
    words: ['model=mobilenet_v2', ...momentum],
    repeats: 3,
    goal: 0.8,
  },
  squeezenet1_1: {
    batch: 32,
    image: [96, 96, 3],
    words: ['model=squeezenet1_1', ...momentum],
    repeats: 5,
    goal: 0.9,
  },
} as const satisfies Record<string, BenchModel>

/** The configs that a run of this model would have, for ten classes. */
export function configsOf({ words, image: [height, width, channels] }: BenchModel): {
  model: ResolvedModel
  loss: ResolvedLoss
  optimizer: OptimizerConfig
} {
  const sizes = [
    'model.num_classes=10',
    `model.in_channels=${channels}`,
    `model.image_size=[${height},${width}]`,
  ]
  const context = { cwd: fileURLToPath(new URL('.', import.meta.url)), env: {} }
  const settings = defaultSettings
  const { config } = composeRoot('train', [...words, ...sizes], { ...context, settings })
  return {
    model: config.model as ResolvedModel,
    loss: config.loss as ResolvedLoss,
    optimizer: config.optimizer,
  }
}
