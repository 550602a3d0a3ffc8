import type { Engine } from '../../src/engine/compile.js'
import { imageNhwc } from '../model/formula.js'
import { judgeCount, type CountCase } from './parameter-counts.js'
import { judgeResnetTraining, type ResnetTraining } from './resnet-training.js'
import { judgeSmallCnn, type SmallCnnCase } from './small-cnn.js'
import {
  fillNetwork,
  nameDifference,
  networkOf,
  parameterCount,
  type NetworkCase,
} from './networks.js'
import { outputsOf, tapComparisons, type Tap } from './taps.js'
import { judge, notOffered, type JudgeContext, type Verdict } from './verdict.js'

interface ModelCase extends NetworkCase {
  readonly parameter_count: number
  readonly input_shape: readonly number[]
  readonly logits: { readonly data: readonly number[] }
  readonly taps: readonly Tap[]
}

interface ModelsFile {
  readonly models: readonly ModelCase[]
  readonly parameter_counts: readonly CountCase[]
  readonly train_resnet18?: ResnetTraining
  readonly train_small_cnn: readonly SmallCnnCase[]
}

/** torchvision's networks: names, shapes, logits, what is between, parameter counts, and training steps. */
export async function judgeModels(file: ModelsFile, context: JudgeContext): Promise<Verdict[]> {
  const engine = await context.engine()
  const whole = context.slow || engine.facts.name !== 'cpu'
  const skipped = (name: string): Verdict => notOffered(`${name} without --slow`)
  const verdicts: Verdict[] = []
  for (const one of file.models) {
    verdicts.push(whole ? await judgeNetwork(one, engine) : skipped(one.name))
  }
  for (const one of file.parameter_counts) verdicts.push(judgeCount(one))
  if (file.train_resnet18 !== undefined) {
    const training = file.train_resnet18
    const model = file.models.find(({ name }) => name === training.model)
    if (model === undefined) throw new Error(`the file has no model ${training.model}`)
    verdicts.push(
      whole
        ? await judgeResnetTraining(training, model, engine)
        : skipped(`training of ${training.model}`),
    )
  }
  for (const one of file.train_small_cnn) verdicts.push(await judgeSmallCnn(one, engine))
  return verdicts
}

async function judgeNetwork(one: ModelCase, engine: Engine): Promise<Verdict> {
  const [batch, channels, height, width] = one.input_shape as [number, number, number, number]
  const model = networkOf(one, [height, width])
  if (model === undefined) return notOffered(one.name)
  try {
    const difference = nameDifference(model, one.state_dict)
    if (difference !== undefined) {
      return { state: 'disagrees', id: one.name, expected: 'its state_dict', got: difference }
    }
    fillNetwork(model, one)
    const images = {
      values: imageNhwc(`${one.salt}input`, one.input_shape),
      shape: [batch, height, width, channels],
    }
    const modules = one.taps.map(({ module }) => module)
    const outputs = await outputsOf(model, engine, images, modules)
    const largest = Math.max(...one.logits.data.map(Math.abs))
    const relative = (values: ArrayLike<number>): number[] =>
      Array.from(values, (value) => value / largest)
    return judge(one.name, [
      {
        what: 'parameters',
        expected: one.parameter_count,
        got: parameterCount(model),
        tolerance: 0,
      },
      ...one.taps.flatMap((tap) => tapComparisons(tap, outputs.modules.get(tap.module)!)),
      {
        what: 'logits / largest',
        expected: relative(one.logits.data),
        got: relative(outputs.logits),
        tolerance: one.torchvision.endsWith('.mobilenet_v2') ? 1e-3 : 1e-4,
      },
    ])
  } finally {
    model.dispose()
  }
}
