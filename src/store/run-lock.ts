import {
  closeSync,
  fsyncSync,
  linkSync,
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
import { isAlive } from '../core/processes.js'
import type { Clock } from './records.js'

/** A holder that has not touched its lock for this long is taken for dead, wherever it ran. */
export const staleAfterMilliseconds = 60_000
const heartbeatMilliseconds = 5_000
const lockName = 'lock'

interface Holder {
  readonly pid: number
  readonly host: string
  readonly started_at: string
}

/**
 * The right to write to a run directory, or by a name of its own to another output in a directory: a file made with
 * O_EXCL whose modification time is the heartbeat.
 */
export class RunLock {
  readonly #path: string
  readonly #timer: NodeJS.Timeout

  private constructor(path: string, clock: Clock) {
    this.#path = path
    this.#timer = setInterval(() => beat(path, clock), heartbeatMilliseconds)
    this.#timer.unref()
  }

  /** Takes the lock, also over from a dead holder; `run_busy` names a living one. */
  static acquire(directory: string, clock: Clock, name = lockName): RunLock {
    const path = join(directory, name)
    const found = readText(path)
    refuseIfHeld(directory, clock, name)
    if (found !== undefined) retire(path, found)
    create(path, clock)
    return new RunLock(path, clock)
  }

  release(): void {
    clearInterval(this.#timer)
    rmSync(this.#path, { force: true })
  }
}

/** Throws `run_busy` that names the process working on a run directory, if there is one. */
export function refuseIfHeld(directory: string, clock: Clock, name = lockName): void {
  if (!isHeld(directory, clock, name)) return
  const holder = readHolder(join(directory, name))
  const what = name === lockName ? directory : join(directory, name.replace(/\.lock$/, ''))
  throw new AppError(
    'run_busy',
    `Process ${holder?.pid ?? '?'} on ${holder?.host ?? '?'} is working on ${what}`,
    { hint: 'Wait until it ends, or stop it.' },
  )
}

/** Whether a living process holds the lock of a run directory. */
export function isHeld(directory: string, clock: Clock, name = lockName): boolean {
  const path = join(directory, name)
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
  let descriptor: number
  try {
    descriptor = openSync(path, 'wx')
  } catch (error) {
    throw systemCode(error) === 'EEXIST' ? justTaken(path, error) : writeError(error, path)
  }
  try {
    writeSync(descriptor, `${JSON.stringify(holder)}\n`)
    fsyncSync(descriptor)
  } catch (error) {
    rmSync(path, { force: true })
    throw writeError(error, path)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Removes a dead holder's lock. Another process may have done so and taken the lock since it was `found`: what is moved
 * away is looked at again, and a living holder gets its lock back.
 */
function retire(path: string, found: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw writeError(error, path)
  }
  const isDead = readText(aside) === found
  if (!isDead) linkSync(aside, path)
  rmSync(aside, { force: true })
  if (!isDead) throw justTaken(path)
}

function justTaken(path: string, cause?: unknown): AppError {
  return new AppError('run_busy', `Another process has just taken ${path}`, { cause })
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readText(path) ?? '') as Holder
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
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
