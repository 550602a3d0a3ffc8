import { join } from 'node:path'
import { stringify } from 'yaml'
import { composeRoot } from '../config/compose.js'
import { AppError } from '../core/errors.js'
import { readJson, shownPath } from '../core/files.js'
import type { TestConfig } from '../spec/types.gen.js'
import { resolveCheckpoint, type CheckpointPlace } from '../store/references.js'
import type { Output } from './base.js'
import type { Context } from './context.js'
import { openRecordedModules } from './modules.js'
import { dataContext } from './training.js'

/** A composed `test`, and the checkpoint it found. */
export interface PreparedTest {
  readonly config: TestConfig
  readonly place: CheckpointPlace & { readonly run: string }
}

/** Composes the config and finds the checkpoint; testing needs the run it belongs to. */
export async function prepareTest(
  words: readonly string[],
  context: Context,
): Promise<PreparedTest> {
  const { config } = composeRoot('test', words, context)
  const place = await resolveCheckpoint(config.checkpoint, config.run.root)
  const { run } = place
  if (run === null) {
    throw new AppError('run_not_found', `${place.directory} lies in no run directory`, {
      hint: 'Testing needs the data and labels of a run; a model alone can be used with `predict`.',
    })
  }
  await openRecordedModules(run, context)
  return { config, place: { ...place, run } }
}

/** What `--dry-run` shows: the config, and the checkpoint that would be tested. */
export function showTestPlan({ config, place }: PreparedTest): Output {
  const plan = { run: place.run, checkpoint: place.name }
  return { result: { config, ...plan }, text: `${stringify(config)}\n${stringify({ plan })}` }
}

/** Tests, writes the evaluation into the run's `eval/<split>-<data hash, 8>`, and reports it. */
export async function runTest({ config, place }: PreparedTest, context: Context): Promise<Output> {
  const { testCheckpoint } = await import('../train/test.js')
  const { writeEvaluation } = await import('../report/evaluation.js')
  const { formatClassTable } = await import('../report/tables.js')
  const result = await testCheckpoint(config, place, dataContext(context))
  const name = `${config.split}-${result.dataFingerprint.slice(0, 8)}`
  const directory = join(place.run, 'eval', name)
  const report = await writeEvaluation(directory, result)
  const lines = [
    `run          ${result.checkpoint.run_id}:${place.name}`,
    `images       ${report.count} (${config.split})`,
    `accuracy     ${report.accuracy.toFixed(4)}`,
    `weighted F1  ${report.weighted.f1.toFixed(4)}`,
    `macro F1     ${report.macro.f1.toFixed(4)}`,
    `loss         ${result.loss.toFixed(4)}`,
    '',
    formatClassTable(report),
    '',
    `written      ${shownPath(directory, context.cwd)}`,
  ]
  return {
    result: { directory, ...((await readJson(join(directory, 'metrics.json'))) as object) },
    text: lines.join('\n'),
  }
}
