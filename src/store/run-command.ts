import { basename, dirname, join } from 'node:path'
import { AppError } from '../core/errors.js'
import { readJson } from '../core/files.js'

/** The commands that leave a run directory. */
export type RunCommand = 'train' | 'sql-export'

/** The directory under the run root in which exports are recorded, as runs are under their experiment. */
export const exportsDirectory = 'sql-export'

/** Which command made a run directory; what cannot be told apart any more counts as a training run. */
export async function commandOf(path: string): Promise<RunCommand> {
  if (basename(dirname(path)) !== exportsDirectory) return 'train'
  try {
    const lock = (await readJson(join(path, 'spec.lock.json'))) as { command?: unknown } | undefined
    return lock?.command === 'sql-export' ? 'sql-export' : 'train'
  } catch (error) {
    if (error instanceof AppError) return 'train'
    throw error
  }
}
