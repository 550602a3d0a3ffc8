import { composeRoot, type Composed } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'
import type { DataContext } from '../../src/data/data-set.js'
import type { TrainConfig } from '../../src/spec/types.gen.js'
import type { TrainContext } from '../../src/train/train.js'

/** What training needs, with the lines that it logged. */
export interface TestContext extends DataContext, TrainContext {
  readonly signal: AbortSignal
  readonly lines: string[]
}

export function testContext(cacheDirectory: string): TestContext {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  return {
    env: {},
    cacheDirectory,
    progress: { start() {}, update() {}, stop() {} },
    log: { info: write, warn: write } as unknown as DataContext['log'],
    signal: new AbortController().signal,
    clock: () => Math.round(performance.timeOrigin + performance.now()),
    lines,
  }
}

/** The config that `train` would compose from words, on few demo images. */
export function trainConfig(words: readonly string[]): Composed<TrainConfig> {
  const small = [
    'data.train_size=60',
    'data.test_size=10',
    'data.batch_size=16',
    'split=random',
    'engine=cpu',
  ]
  return composeRoot('train', [...small, ...words], {
    cwd: process.cwd(),
    env: {},
    settings: defaultSettings,
  })
}
