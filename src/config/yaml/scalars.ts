import { type Scalar, floatOf } from '../values.js'

/** The tags of YAML 1.1 that a plain scalar can resolve to. */
export type ScalarTag = 'null' | 'bool' | 'int' | 'float' | 'value' | 'merge' | 'str'

const patterns: readonly (readonly [ScalarTag, RegExp])[] = [
  ['null', /^(?:~|null|Null|NULL|)$/],
  ['value', /^=$/],
  ['merge', /^<<$/],
  ['bool', /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/],
  [
    'float',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  ],
  [
    'int',
    /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  ],
]

/** Which YAML 1.1 tag a plain scalar has, as PyYAML resolves it (dates stay texts). */
export function plainTag(text: string): ScalarTag {
  for (const [tag, pattern] of patterns) if (pattern.test(text)) return tag
  return 'str'
}

const truths: Readonly<Record<string, boolean>> = {
  yes: true,
  no: false,
  true: true,
  false: false,
  on: true,
  off: false,
}

/** Reads a scalar under a tag; undefined where the text has no value of that type. */
export function readScalar(tag: string, text: string): Scalar | undefined {
  switch (tag) {
    case 'null':
      return null
    case 'bool':
      return truths[text.toLowerCase()]
    case 'int':
      return integer(text)
    case 'float':
      return float(text)
    case 'binary':
      return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'base64'))
    case 'str':
    case 'timestamp':
      return text
    default:
      return undefined
  }
}

/** Python's own bound on the digits of a number; reading more takes time that grows with their square. */
const mostDigits = 4300

function integer(text: string): bigint | undefined {
  if (text.length > mostDigits) return undefined
  const digits = text.replaceAll('_', '')
  const negative = digits.startsWith('-')
  const size = digits.replace(/^[-+]/, '')
  const magnitude = unsigned(size)
  if (magnitude === undefined) return undefined
  return negative ? -magnitude : magnitude
}

function unsigned(text: string): bigint | undefined {
  if (/^0[bx][0-9a-fA-F]+$/.test(text)) return attempt(text)
  if (/^0[0-7]+$/.test(text)) return attempt(`0o${text.slice(1)}`)
  if (/^\d+(?::\d+)+$/.test(text)) return sexagesimal(text)
  return /^\d+$/.test(text) ? BigInt(text) : undefined
}

function attempt(text: string): bigint | undefined {
  return /^0b[^01]/.test(text) ? undefined : BigInt(text)
}

function sexagesimal(text: string): bigint {
  return text.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n)
}

function float(text: string): number | undefined {
  const plain = text.replaceAll('_', '').toLowerCase()
  const special = /^([-+]?)\.(inf|nan)$/.exec(plain)
  if (special !== null) {
    if (special[2] === 'nan') return NaN
    return special[1] === '-' ? -Infinity : Infinity
  }
  if (!plain.includes(':')) return floatOf(plain)
  const negative = plain.startsWith('-')
  const parts = plain.replace(/^[-+]/, '').split(':')
  const sum = parts.reduce((total, part) => total * 60 + Number(part), 0)
  return negative ? -sum : sum
}
