import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../core/errors.js'

/** How a running query can be stopped. */
export interface StopWays {
  /** Settles when the query has ended, in whatever way. */
  readonly end: Promise<void>
  /** Asks the server from outside. */
  readonly cancel: () => Promise<void>
  /** Ends the connection without asking. */
  readonly drop: () => void
}

/** How long a server may take to stop a statement before its connection is dropped. */
const patienceMilliseconds = 3000

/** How long a query that nobody reads any more may go on by itself: it may be at its end. */
const graceMilliseconds = 50

/** Stops a query; a server that does not answer loses its connection. */
export async function stopQuery({ end, cancel, drop }: StopWays): Promise<void> {
  await Promise.race([cancel(), delay(patienceMilliseconds, undefined, { ref: false })])
  if (!(await endsWithin(end, patienceMilliseconds))) drop()
}

/** Lets a query end by itself if it is about to, and stops it otherwise. */
export async function leaveQuery(ways: StopWays): Promise<void> {
  if (!(await endsWithin(ways.end, graceMilliseconds))) await stopQuery(ways)
}

async function endsWithin(end: Promise<void>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController()
  const late = delay(milliseconds, false, { signal: timer.signal }).catch(() => false)
  const isOver = await Promise.race([end.then(() => true), late])
  timer.abort()
  return isOver
}

/** What a query throws that an aborted signal stopped. */
export function stopped(): AppError {
  return new AppError('interrupted', 'The query was stopped')
}

/** Whether a signal was aborted by now; a function, because that changes between two looks. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}
