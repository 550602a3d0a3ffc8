import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, writeError } from '../core/errors.js'
import type { Clock } from './records.js'
import { readSpec } from './run-directory.js'
import { isHeld } from './run-lock.js'

const runId = /^\d{8}-\d{6}-[0-9a-f]{8}-[0-9a-f]{4}$/

/**
 * Removes a run that no process works on: it vanishes at once, then its files are deleted. A directory that is not
 * named like a run is removed only if it holds a run's spec: other programs write files of that name, too.
 */
export async function removeRun(path: string, clock: Clock): Promise<void> {
  if (!runId.test(basename(path))) await readSpec(path)
  if (isHeld(path, clock)) {
    throw new AppError('run_busy', `A process is working on ${basename(path)}`, {
      hint: 'Stop it first.',
    })
  }
  const hidden = join(dirname(path), `.${basename(path)}.removed`)
  try {
    await rename(path, hidden)
    await rm(hidden, { recursive: true, force: true })
  } catch (error) {
    throw writeError(error, path)
  }
}
