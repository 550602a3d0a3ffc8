import { once } from 'node:events'
import { writeError } from '../core/errors.js'

let isClosed = false

/**
 * Lets a reader close our output early (`| head`) without a fuss, and reports any other failed write, such as a full
 * disk behind a redirection. It replaces oclif's own listener, which throws.
 */
export function guardStreams(report: (error: unknown) => void): void {
  process.stdout.removeAllListeners('error').on('error', (error: Error) => {
    if (isClosed) return
    isClosed = true
    if (isBrokenPipe(error)) return
    report(writeError(error, 'standard output'))
    process.exit()
  })
  process.stderr.on('error', () => {})
}

/** Writes a piece of the result to stdout; false once nobody reads it any more. */
export async function writeOut(text: string | Uint8Array): Promise<boolean> {
  if (isClosed) return false
  if (!process.stdout.write(text)) {
    await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(
      () => {},
    )
  }
  return !isClosed
}

function isBrokenPipe(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE'
}
