import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { AppError, systemCode, writeError } from '../core/errors.js'
import type { Clock } from './records.js'

/** A holder that has not touched its lock for this long is taken for dead, wherever it ran. */
export const staleAfterMilliseconds = 60_000
const heartbeatMilliseconds = 5_000

interface Holder {
  readonly pid: number
  readonly host: string
  readonly started_at: string
}

/** The right to write to a run directory: a file made with O_EXCL whose modification time is the heartbeat. */
export class RunLock {
  readonly #path: string
  readonly #timer: NodeJS.Timeout

  private constructor(path: string, clock: Clock) {
    this.#path = path
    this.#timer = setInterval(() => beat(path, clock), heartbeatMilliseconds)
    this.#timer.unref()
  }

  /** Takes the lock, also over from a dead holder; `run_busy` names a living one. */
  static acquire(directory: string, clock: Clock): RunLock {
    const path = join(directory, 'lock')
    if (isHeld(directory, clock)) {
      const holder = readHolder(path)
      throw new AppError(
        'run_busy',
        `Process ${holder?.pid ?? '?'} on ${holder?.host ?? '?'} is working on ${directory}`,
        { hint: 'Wait until it ends, or stop it.' },
      )
    }
    retire(path)
    create(path, clock)
    return new RunLock(path, clock)
  }

  release(): void {
    clearInterval(this.#timer)
    rmSync(this.#path, { force: true })
  }
}

/** Whether a living process holds the lock of a run directory. */
export function isHeld(directory: string, clock: Clock): boolean {
  const path = join(directory, 'lock')
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (touched === undefined) return false
  if (clock() - touched > staleAfterMilliseconds) return false
  const holder = readHolder(path)
  return holder?.host !== hostname() || isAlive(holder.pid)
}

function create(path: string, clock: Clock): void {
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    started_at: new Date(clock()).toISOString(),
  }
  try {
    const descriptor = openSync(path, 'wx')
    writeSync(descriptor, `${JSON.stringify(holder)}\n`)
    fsyncSync(descriptor)
    closeSync(descriptor)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      throw new AppError('run_busy', `Another process has just taken ${path}`, { cause: error })
    }
    throw writeError(error, path)
  }
}

/** Moves a dead holder's lock away first, so that of two processes that find it only one removes it. */
function retire(path: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
    rmSync(aside, { force: true })
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw writeError(error, path)
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

/** A vanished directory ends the run at its next write; the heartbeat itself has nothing to add. */
function beat(path: string, clock: Clock): void {
  const now = new Date(clock())
  try {
    utimesSync(path, now, now)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw writeError(error, path)
  }
}
