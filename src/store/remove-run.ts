import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, writeError } from '../core/errors.js'
import type { Clock } from './records.js'
import { isHeld } from './run-lock.js'

/** Removes a run that no process works on: it vanishes at once, then its files are deleted. */
export async function removeRun(path: string, clock: Clock): Promise<void> {
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
