import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'

/** What follows a command and is no flag, in the order it was typed. */
export interface Token {
  readonly text: string
  /** It stood behind `--delete`. */
  readonly deletes: boolean
}

/** What a command makes of words that are no overrides, and what a mistaken one could have meant. */
export interface WordRules {
  /** How many bare words the command takes, such as image paths. */
  readonly positionals: number
  /** Whether words that look like overrides are bare words too. */
  readonly literalWords?: boolean
  readonly flags: readonly string[]
  /** The words that would have made it another command. */
  readonly subcommands?: readonly string[]
  /** Overrides that choose an option of a config group, such as `model=cnn`. */
  groupChoices(): readonly string[]
}

/** Parts overrides from positional words, both in order; a word that can be neither is a usage error. */
export function sortTokens(
  tokens: readonly Token[],
  rules: WordRules,
): { words: string[]; positionals: string[] } {
  const words: string[] = []
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.deletes) words.push(`~${token.text}`)
    else if (rules.literalWords !== true && isOverride(token.text)) words.push(token.text)
    else if (rules.positionals > 0) positionals.push(token.text)
    else throw strayWord(token.text, rules)
  }
  const surplus = positionals[rules.positionals]
  if (surplus !== undefined) throw strayWord(surplus, rules)
  return { words, positionals }
}

/** No key begins like a path, so `./a=b.png` is none. */
function isOverride(text: string): boolean {
  return /^[~+]/.test(text) || (text.includes('=') && !/^(\.|\/|\\|[A-Za-z]:\\)/.test(text))
}

function strayWord(text: string, rules: WordRules): AppError {
  const message = `'${text}' is no override: overrides are KEY=VALUE, +KEY=VALUE and ~KEY`
  if (text.startsWith('/')) {
    return new AppError('usage', message, {
      hint: "If you typed ~KEY, the shell replaced it: quote it ('~KEY') or write --delete KEY.",
    })
  }
  const choices = rules.groupChoices()
  const options = new Map(choices.map((choice) => [choice.slice(choice.indexOf('=') + 1), choice]))
  const meant = nearest(text, options.keys()).flatMap((name) =>
    choices.filter((choice) => choice.endsWith(`=${name}`)),
  )
  const flags = nearest(text, rules.flags, 1).map((flag) => `--${flag}`)
  return new AppError('usage', message, {
    suggestions: [...nearest(text, rules.subcommands ?? [], 1), ...meant, ...flags].slice(0, 3),
    hint: text === '' ? 'An empty word was given.' : `To set a key, write ${text}=VALUE.`,
  })
}
