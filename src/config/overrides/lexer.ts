import * as shared from '../terminals.js'

const { patterns, longestTerminal } = shared
const keyPart = String.raw`[A-Za-z_$][A-Za-z0-9_$-]*`
const pathPart = `(?:${keyPart}|${patterns.unsigned})`

const keyTerminals = shared.terminals({
  equal: '=[ \\t]*',
  tilde: '~',
  plus: '\\+',
  at: '@',
  colon: ':',
  slash: '/',
  word: patterns.word,
  key: keyPart,
  path: `${pathPart}(?:\\.${pathPart})+`,
})

const valueTerminals = shared.terminals({
  parenthesis: '[ \\t]*\\([ \\t]*',
  comma: '[ \\t]*,[ \\t]*',
  'close-parenthesis': '[ \\t]*\\)',
  bracket: '\\[[ \\t]*',
  'close-bracket': '[ \\t]*\\]',
  brace: '\\{[ \\t]*',
  'close-brace': '[ \\t]*\\}',
  colon: '[ \\t]*:[ \\t]*',
  equal: '[ \\t]*=[ \\t]*',
  float: patterns.float,
  integer: patterns.integer,
  boolean: patterns.boolean,
  null: patterns.null,
  character: patterns.character,
  word: patterns.word,
  escape: patterns.escape,
  space: patterns.space,
  // Ends at the first quote that an even number of backslashes stands before.
  quoted: String.raw`'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"`,
  interpolation: '\\$\\{[^{}]+\\}',
})

export type TokenType = (typeof keyTerminals | typeof valueTerminals)[number][0]
export type Token = shared.Token<TokenType>

/** The tokens of an override, or the offset of the first character that begins none. */
export function tokenize(text: string): Token[] | { readonly invalid: number } {
  const tokens: Token[] = []
  let inValue = false
  for (let at = 0; at < text.length;) {
    const token: Token | undefined = inValue
      ? longestTerminal(valueTerminals, text, at)
      : longestTerminal(keyTerminals, text, at)
    if (token === undefined) return { invalid: at }
    tokens.push(token)
    at = token.end
    inValue ||= token.type === 'equal'
  }
  return tokens
}
