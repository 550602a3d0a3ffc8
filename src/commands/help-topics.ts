import { errorCatalogue } from '../core/errors.js'
import { formatTable } from '../core/terminal.js'

/** The pages of `atelier help` beside those of the commands. */
export const helpTopics: Readonly<Record<string, () => string>> = {
  'exit-codes': exitCodes,
  words: () => words,
}

function exitCodes(): string {
  const rows = Object.entries(errorCatalogue)
    .map(([code, { exit, meaning }]) => [exit, code, meaning] as const)
    .sort(([a], [b]) => a - b)
  return `Exit codes, and the error codes behind them; --json never changes them.

${formatTable(['exit', 'code', 'meaning'], [[0, '-', 'Success.'], ...rows, [143, '-', 'Ended by SIGTERM.']])}
`
}

const words = `Words change the composed config. They may stand anywhere after the command, also between
flags, and are applied in the order they are typed.

  model=cnn          choose an option of a config group
  optimizer.lr=0.1   change a value
  +key=value         add a key that is not there
  ++key=value        change a key, or add it
  ~key               delete a key (the same as --delete key)
  --                 no flags after this

Quote what your shell would change: '~key', 'data.sizes=[1,2]'.
`
