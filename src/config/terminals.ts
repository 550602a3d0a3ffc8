/** A piece of a text; `type` names a terminal of a grammar. */
export interface Token<Type extends string = string> {
  readonly type: Type
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Terminals in order of precedence. */
export type Terminals<Type extends string> = readonly (readonly [Type, RegExp])[]

const integer = String.raw`(?:0|[1-9](?:_?\d)*)`
const point = String.raw`(?:${integer}?\.\d(?:_?\d)*|${integer}\.)`
const exponent = String.raw`(?:(?:${point}|${integer})[eE][+-]?\d(?:_?\d)*)`

/** Patterns that Hydra's override grammar and OmegaConf's interpolation grammar share. */
export const patterns = {
  unsigned: integer,
  integer: `[+-]?${integer}`,
  float: `[+-]?(?:${exponent}|${point}|[Ii][Nn][Ff]|[Nn][Aa][Nn])`,
  boolean: '[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]',
  null: '[Nn][Uu][Ll][Ll]',
  character: String.raw`[/\-\\+.$%*@?|]`,
  word: '[A-Za-z_][A-Za-z0-9_]*',
  escape: String.raw`(?:\\[\\()[\]{}:=, \t])+`,
  space: String.raw`[ \t]+`,
} as const

/** Compiles a table of patterns. */
export function terminals<Type extends string>(table: Record<Type, string>): Terminals<Type> {
  return Object.entries<string>(table).map(
    ([type, pattern]) => [type as Type, new RegExp(pattern, 'y')] as const,
  )
}

/** The longest terminal at a place; of equally long ones the first of the table. */
export function longestTerminal<Type extends string>(
  table: Terminals<Type>,
  text: string,
  start: number,
): Token<Type> | undefined {
  let best: Token<Type> | undefined
  for (const [type, pattern] of table) {
    pattern.lastIndex = start
    if (!pattern.test(text)) continue
    const end = pattern.lastIndex
    if (best === undefined || end > best.end)
      best = { type, text: text.slice(start, end), start, end }
  }
  return best
}

/** The characters behind the backslashes of an escape token. */
export function unescape(text: string): string {
  return text.replace(/\\([^])/g, '$1')
}
