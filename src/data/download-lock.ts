import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, systemCode, writeError } from '../core/errors.js'
import { isAlive } from '../core/processes.js'
import type { DataContext } from './data-set.js'

const pollMilliseconds = 200

/**
 * Does `work` while no other process of this machine holds the lock file at `path`, which it waits for; the lock of a
 * process that died is taken over.
 */
export async function exclusively(
  path: string,
  context: Pick<DataContext, 'log' | 'signal'>,
  work: () => Promise<void>,
): Promise<void> {
  for (let polls = 0; !(await acquire(path)); polls++) {
    const holder = await holderOf(path)
    if (holder !== undefined && !isAlive(holder)) {
      await rm(path, { force: true })
      continue
    }
    if (polls === 0) {
      context.log.info(`Waiting for another download of the same file (${path})`)
    }
    await pause(context.signal)
  }
  try {
    await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    // A full disk leaves the file without the process in it, and everybody would wait for nobody.
    await rm(path, { force: true })
    throw writeError(error, path)
  }
}

/** The process that holds the lock; unknown when it has just been released or is being written. */
async function holderOf(path: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10)
    return Number.isNaN(pid) ? undefined : pid
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(pollMilliseconds, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    throw new AppError('interrupted', 'Interrupted while waiting for another download', {
      cause: error,
    })
  }
}
