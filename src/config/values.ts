/**
 * A scalar of a config. Integers are bigint and floats are number, so that `1` and `1.0` stay apart until the public
 * edge, as they do in YAML and in Hydra.
 */
export type Scalar = null | boolean | bigint | number | string | Uint8Array

/** A key of a mapping; only text keys can be reached by a path. */
export type Key = string | bigint | number | boolean

/** Text of a float as Python prints it: `1.0`, `1e-07`, `1e+16`, `nan`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [mantissa = '0', power = '0'] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    const size = String(Math.abs(exponent)).padStart(2, '0')
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${size}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** Text of a scalar inside a longer text, as Python's `str` gives it: `True`, `None`, `1.0`. */
export function scalarText(value: Scalar): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return floatText(value)
  if (value instanceof Uint8Array) return bytesText(value)
  return String(value)
}

/** Text of a scalar inside a printed list or mapping, as Python's `repr` gives it: texts are quoted. */
export function scalarRepresentation(value: Scalar): string {
  return typeof value === 'string' ? textRepresentation(value) : scalarText(value)
}

/** The value as plain JavaScript data: safe integers become numbers, larger ones stay bigint. */
export function plainScalar(value: Scalar): Scalar {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** One identity for keys that Python holds equal: `1`, `1.0` and `true`. */
export function keyIdentity(key: Key): string | bigint | number {
  if (typeof key === 'boolean') return key ? 1n : 0n
  if (typeof key === 'number' && Number.isInteger(key)) return BigInt(key)
  return key
}

/** Whether two scalars are equal as Python compares them: numbers and booleans by value, texts exactly. */
export function equalScalars(a: Scalar, b: Scalar): boolean {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && bytesText(a) === bytesText(b)
  }
  if (isNumeric(a) && isNumeric(b)) return Number(a) === Number(b)
  return a === b
}

/** Python's own bound on the digits of an integer. */
const mostDigits = 4300

/** Reads what Python's `int(text)` reads; undefined where that fails. */
export function integerOf(text: string): bigint | undefined {
  const trimmed = text.trim()
  if (trimmed.length > mostDigits || !/^[+-]?\d+(_\d+)*$/.test(trimmed)) return undefined
  const digits = BigInt(trimmed.replace(/[+_-]/g, ''))
  return trimmed.startsWith('-') ? -digits : digits
}

/** Reads what Python's `float(text)` reads; undefined where that fails. */
export function floatOf(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase()
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(trimmed)
  if (special !== null) {
    if (special[2] === 'nan') return NaN
    return special[1] === '-' ? -Infinity : Infinity
  }
  const digits = String.raw`\d+(?:_\d+)*`
  const pattern = new RegExp(
    `^[+-]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:e[+-]?${digits})?$`,
  )
  return pattern.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : undefined
}

function isNumeric(value: Scalar): value is bigint | number | boolean {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'
}

function textRepresentation(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/(?! )[\p{C}\p{Z}]/gu, escapeCharacter)
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote
}

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`
}

function bytesText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    if (byte === 9) text += '\\t'
    else if (byte === 10) text += '\\n'
    else if (byte === 13) text += '\\r'
    else if (byte === 39) text += "\\'"
    else if (byte === 92) text += '\\\\'
    else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte)
    else text += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `b'${text}'`
}
