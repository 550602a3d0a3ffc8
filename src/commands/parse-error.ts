import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'

/** Turns what oclif's parser threw into a usage error; any other error comes back unchanged. */
export function asAppError(error: unknown, flags: readonly string[]): unknown {
  if (!(error instanceof Error) || !('oclif' in error)) return error
  const unknown = 'flags' in error && Array.isArray(error.flags) ? error.flags.map(String) : []
  if (unknown.length === 0) {
    return new AppError('usage', error.message.replace(/\n?See more help with --help/, '').trim(), {
      cause: error,
    })
  }
  return new AppError('usage', `Unknown flag ${unknown.join(', ')}`, {
    suggestions: unknown.flatMap((flag) =>
      nearest(flag.replace(/^-+|=.*$/g, ''), flags, 1).map((name) => `--${name}`),
    ),
    hint: `Flags: ${flags.map((name) => `--${name}`).join(', ')}.`,
    cause: error,
  })
}

/** oclif would read `--json=x` as `--json` and a word `x`. */
export function refuseSwitchValue(
  word: string,
  flags: Readonly<Record<string, { readonly type: string }>>,
): void {
  const name = /^--([^=]+)=/.exec(word)?.[1]
  if (name === undefined || !Object.hasOwn(flags, name) || flags[name]?.type !== 'boolean') return
  throw new AppError('usage', `Flag --${name} takes no value`)
}
