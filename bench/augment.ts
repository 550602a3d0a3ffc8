import { composeRoot } from '../src/config/compose.js'
import { defaultSettings } from '../src/config/settings.js'
import { Random } from '../src/core/random.js'
import { createFiller, epochOrder, type BatchSource } from '../src/data/batches.js'
import { openLoader, type Loader } from '../src/data/loader.js'
import { memoryPart, sharedBytes } from '../src/data/memory-part.js'
import { isMixed } from '../src/data/mix.js'
import { openEngine } from '../src/engine/engines.js'
import { buildModel } from '../src/model/models.js'
import { createProgram, type Program } from '../src/model/program.js'
import type { AugmentationConfig } from '../src/spec/types.gen.js'
import { median } from './median.js'
import { benchModels, configsOf } from './models.js'

const rounds = 5
const images = 6_400
const threads = 2

/**
 * The rate of the ten transforms on one core, and what training loses to them: the loading threads share two cores with
 * the engine, so that rounds with and without them alternate.
 */
export async function benchAugment(
  print: (line: string) => void,
  names: readonly string[],
): Promise<void> {
  const wanted = (name: string) => names.length === 0 || names.includes(name)
  if (wanted('transforms')) benchTransforms(print)
  if (wanted('cnn')) await benchTraining('cnn', { total: 3_200, workers: 2, batchSize: 64 }, print)
  if (!wanted('mlp')) return
  for (const [workers, batchSize] of [
    [1, 64],
    [2, 64],
    [2, 256],
  ] as const) {
    await benchTraining('mlp', { total: 25_600, workers, batchSize }, print)
  }
}

function benchTransforms(print: (line: string) => void): void {
  for (const [preset, goal] of [
    ['challenge', 25_000],
    ['zalando_light', null],
    ['none', null],
  ] as const) {
    const filler = createFiller(sourceOf(augmentationOf(preset), images))
    const buffers = { x: new Float32Array(64 * 784), y: new Int32Array(64), targets: empty }
    const rates: number[] = []
    const shuffled = order(images)
    for (let round = 0; round <= rounds; round++) {
      const start = performance.now()
      for (let step = 0; step < images / 64; step++) {
        const indices = shuffled.subarray(step * 64, (step + 1) * 64)
        filler.fill({ indices, epoch: round, step }, buffers)
      }
      if (round > 0) rates.push(images / ((performance.now() - start) / 1000))
    }
    filler.close()
    print(`augmentation=${preset}, one core: ${spread(rates)} images/s${against(rates, goal)}`)
  }
}

async function benchTraining(
  name: 'cnn' | 'mlp',
  { total, workers, batchSize }: { total: number; workers: number; batchSize: number },
  print: (line: string) => void,
): Promise<void> {
  const alone = await openTrainer(name, false)
  const beside = await openTrainer(name, true)
  const train = async ({ program }: Trainer, loader: Loader, round: number): Promise<number> => {
    const start = performance.now()
    for await (const batch of loader.epoch(order(total), round, 0)) {
      await program.trainStep(batch, { learningRate: 0.001, step: 0 })
    }
    return total / ((performance.now() - start) / 1000)
  }
  const read = async (loader: Loader, round: number): Promise<number> => {
    const start = performance.now()
    let made = 0
    for await (const { count } of loader.epoch(order(total), round, 0)) made += count
    if (made !== total) throw new Error(`${made} images were made`)
    return total / ((performance.now() - start) / 1000)
  }
  const plain = openLoader(sourceOf(null, total, batchSize), 0)
  const augmented = openLoader(sourceOf(augmentationOf('challenge'), total, batchSize), workers)
  const rates = { plain: [] as number[], augmented: [] as number[], loaders: [] as number[] }
  for (let round = 0; round <= rounds; round++) {
    const [one, two, three] = [
      await train(alone, plain, round),
      await train(beside, augmented, round),
      await read(augmented, round),
    ]
    if (round === 0) continue
    rates.plain.push(one)
    rates.augmented.push(two)
    rates.loaders.push(three)
  }
  await plain.close()
  await augmented.close()
  await alone.close()
  await beside.close()
  const shareOf = (others: readonly number[]) =>
    median(rates.augmented.map((rate, round) => rate / (others[round] as number))).toFixed(2)
  print(
    `${name}, batches of ${batchSize}, two cores: ${spread(rates.plain)} images/s as they are, ${spread(rates.augmented)} with the ten transforms ` +
      `and ${workers} loading thread(s), which make ${spread(rates.loaders)} by themselves: ` +
      `${shareOf(rates.plain)}x of the plain rate${name === 'cnn' ? ' (goal 0.85x)' : ''}, ` +
      `${shareOf(rates.loaders)}x of the threads' own${name === 'mlp' ? ' (goal 0.80x)' : ''}`,
  )
}

interface Trainer {
  readonly program: Program
  close(): Promise<void>
}

/** A program on an engine of its own, opened as a run opens it: `busy` where loading threads need the cores too. */
async function openTrainer(name: 'cnn' | 'mlp', busy: boolean): Promise<Trainer> {
  const engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads }, { busy })
  const random = new Random(1)
  const { model: config, loss, optimizer } = configsOf(benchModels[name])
  const model = buildModel(config, random)
  const program = createProgram({ model, loss, optimizer, engine, random })
  return {
    program,
    async close() {
      await program.dispose()
      model.dispose()
      await engine.dispose()
    },
  }
}

const empty = new Float32Array(0)

function augmentationOf(preset: string): AugmentationConfig {
  const { config } = composeRoot('train', [`augmentation=${preset}`], {
    cwd: process.cwd(),
    env: {},
    settings: defaultSettings,
  })
  if (isMixed(config.augmentation)) throw new Error('the rates here are those of single images')
  return config.augmentation
}

/** Pictures with something in them: a bright shape on black, like the real ones. */
function sourceOf(
  augmentation: AugmentationConfig | null,
  total: number,
  batchSize = 64,
): BatchSource {
  const random = new Random(1, 'bench')
  const pixels = sharedBytes(total * 784)
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [i % 28, Math.floor(i / 28) % 28]
    pixels[i] = (x - 14) ** 2 + (y - 14) ** 2 < 100 ? 100 + random.integer(156) : 0
  }
  const labels = Int32Array.from({ length: total }, (_, i) => i % 10)
  return {
    images: memoryPart(pixels, labels, [28, 28, 1]).images,
    labels,
    total,
    normalization: { name: 'rescale_255' },
    augmentation,
    mix: null,
    seed: 1,
    batchSize,
    lastBatch: 'keep',
  }
}

function order(total: number): Int32Array {
  return epochOrder(
    Int32Array.from({ length: total }, (_, i) => i),
    new Random(1, 'order'),
  )
}

function spread(rates: readonly number[]): string {
  const whole = (rate: number) => Math.round(rate).toLocaleString('en')
  return `${whole(median(rates))} (${whole(Math.min(...rates))} to ${whole(Math.max(...rates))})`
}

function against(rates: readonly number[], goal: number | null): string {
  return goal === null
    ? ''
    : ` (goal ${goal.toLocaleString('en')}: ${(median(rates) / goal).toFixed(2)}x)`
}
