import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../core/errors.js'
import type { Metric } from '../spec/run-spec.js'
import type { SweepConfig } from '../spec/types.gen.js'

/** What trials are ranked by: the best value a metric reached in any epoch. */
export interface Objective {
  readonly metric: Metric
  readonly mode: 'min' | 'max'
}

/** The objective of a sweep; `auto` follows the monitored metric, which must then be the same in every trial. */
export function chooseObjective(configs: readonly SweepConfig[]): Objective | null {
  const choices = configs.map(objectiveOf)
  const [first] = choices
  if (first === undefined) return null
  const other = choices.find(({ metric, mode }) => metric !== first.metric || mode !== first.mode)
  if (other === undefined) return first
  throw new AppError(
    'config_conflict',
    'The trials monitor different metrics and cannot be ranked',
    {
      hint: `Name one, for example sweep.objective=${first.metric}, ${other.metric} being the other.`,
    },
  )
}

/** The objective's value of a run, from its `metrics.csv`; null if the run never measured it. */
export async function readValue(run: string, objective: Objective): Promise<number | null> {
  const text = await readFile(join(run, 'metrics.csv'), 'utf8')
  const [header = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
  const column = header.indexOf(objective.metric)
  const values = rows.flatMap((row) => (row[column] ? [Number(row[column])] : []))
  if (values.length === 0) return null
  return objective.mode === 'min' ? Math.min(...values) : Math.max(...values)
}

function objectiveOf({ sweep, trainer, split }: SweepConfig): Objective {
  const { monitor, mode } = trainer.checkpoint
  const monitored = monitor === 'auto' ? (split.val_size > 0 ? 'val_loss' : 'train_loss') : monitor
  const metric = sweep.objective === 'auto' ? monitored : sweep.objective
  if (sweep.objective === 'auto' && mode !== 'auto') return { metric, mode }
  return { metric, mode: metric.endsWith('loss') ? 'min' : 'max' }
}
