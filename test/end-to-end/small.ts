import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { atelier, type Options } from '../cli.js'

/** Words for a run of a second: few demo images, one thread. */
export const small = [
  'data.train_size=300',
  'data.test_size=60',
  'data.batch_size=32',
  'engine.threads=1',
  'trainer.epochs=3',
]

export interface TrainResult {
  readonly run_id: string
  readonly path: string
  readonly kind: string
  readonly epochs: number
  readonly weight_hash: string
}

/** Trains with `--json` and returns the result; a failure shows what was printed. */
export async function train(words: readonly string[], options: Options): Promise<TrainResult> {
  const outcome = await atelier(['train', ...words, '--json'], options)
  if (outcome.code !== 0) throw new Error(`train failed: ${outcome.stdout}${outcome.stderr}`)
  return outcome.json.result as TrainResult
}

/** What `test --json` tells, as far as it is looked at here. */
export interface TestResult {
  readonly directory: string
  readonly accuracy: number
  readonly loss: number
}

export function metricsOf(run: string): string {
  return readFileSync(join(run, 'metrics.csv'), 'utf8')
}
