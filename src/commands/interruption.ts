import type { Log } from '../core/log.js'

const names = ['SIGINT', 'SIGTERM'] as const

/** The signals that ask a command to stop, and the exit codes shells expect after them. */
export const signalExits = { SIGINT: 130, SIGTERM: 143 } as const

/** A request to stop that a command looks at between its steps. */
export interface Interruption {
  readonly signal: AbortSignal
  /** The signal that came, if any. */
  readonly name: keyof typeof signalExits | undefined
}

/** From now on the first SIGINT or SIGTERM asks for a clean stop, and the second one ends the process. */
export function listenForInterruption(log: Log): Interruption {
  const controller = new AbortController()
  const interruption: { signal: AbortSignal; name: Interruption['name'] } = {
    signal: controller.signal,
    name: undefined,
  }
  for (const name of names) {
    process.once(name, () => {
      for (const other of names) process.removeAllListeners(other)
      log.info('\nStopping cleanly; press Ctrl-C again to stop at once.')
      interruption.name = name
      controller.abort(name)
    })
  }
  return interruption
}
