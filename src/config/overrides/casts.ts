import { configError } from '../config-error.js'
import { floatOf, floatText, integerOf, scalarText } from '../values.js'
import {
  type Element,
  type Numeric,
  type Sweep,
  isDictionary,
  isList,
  isPlain,
  isQuoted,
  isSweep,
  shown,
} from './values.js'

type Cast = (value: Element) => Element

/** Applies a cast to a value, to the items of a container, or to the options or bounds of a sweep. */
export function cast(castOne: Cast, value: Element): Element {
  const each = (item: Element): Element => cast(castOne, item)
  if (isList(value)) return value.map(each)
  if (isSweep(value)) return castSweep(castOne, value, each)
  if (isDictionary(value)) {
    return { kind: 'dictionary', entries: value.entries.map(([key, item]) => [key, each(item)]) }
  }
  return castOne(isQuoted(value) ? value.text : value)
}

function castSweep(castOne: Cast, sweep: Sweep, each: Cast): Element {
  if (sweep.kind === 'choice') {
    return { ...sweep, list: sweep.list.map(each), shuffle: false, tags: [] }
  }
  if (sweep.kind === 'glob' || (castOne !== toInt && castOne !== toFloat)) {
    return fail(`a ${sweep.kind} can only become int or float`)
  }
  const bound = (value: Numeric): Numeric => castOne(value) as Numeric
  if (sweep.kind === 'interval') {
    return { ...sweep, start: bound(sweep.start), end: bound(sweep.end) }
  }
  const { start, stop, step } = sweep
  const bounds = { start: bound(start), stop: bound(stop), step: bound(step) }
  return { kind: 'range', ...bounds, shuffle: false, tags: [] }
}

/** Python's `int()` of a plain value: floats are cut, texts must be whole numbers. */
export function toInt(value: Element): Element {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value))
  const whole = typeof value === 'string' ? integerOf(value) : undefined
  return whole ?? fail(`cannot make an integer of ${shown(value)}`)
}

/** Python's `float()` of a plain value. */
export function toFloat(value: Element): Element {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value)
  const real = typeof value === 'string' ? floatOf(value) : undefined
  return real ?? fail(`cannot make a float of ${shown(value)}`)
}

/** The text of a plain value; booleans in lower case. */
export function toStr(value: Element): Element {
  if (typeof value === 'boolean') return String(value)
  return isPlain(value) ? scalarText(value) : fail(`cannot make a text of ${shown(value)}`)
}

/** True or false; numbers are true unless they are zero. */
export function toBool(value: Element): Element {
  if (typeof value === 'number' && Number.isNaN(value)) return true
  if (typeof value !== 'string') return Boolean(value)
  const lower = value.toLowerCase()
  if (lower === 'true' || lower === 'false') return lower === 'true'
  return fail(`cannot make a boolean of ${shown(value)}`)
}

/** The JSON text of a value, or of each option of a choice. */
export function jsonStr(value: Element): Element {
  if (!isSweep(value)) return jsonText(value)
  if (value.kind !== 'choice') return fail(`a ${value.kind} has no JSON text`)
  return { ...value, list: value.list.map(jsonText), shuffle: false, tags: [] }
}

function jsonText(value: Element): string {
  if (isList(value)) return `[${value.map(jsonText).join(', ')}]`
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'NaN'
    return Number.isFinite(value) ? floatText(value) : value > 0 ? 'Infinity' : '-Infinity'
  }
  if (typeof value === 'string') return asciiJson(value)
  if (isQuoted(value)) return asciiJson(value.text)
  if (isDictionary(value)) {
    const pairs = value.entries.map(([key, item]) => {
      const text = typeof key === 'string' ? asciiJson(key) : `"${jsonText(key)}"`
      return `${text}: ${jsonText(item)}`
    })
    return `{${pairs.join(', ')}}`
  }
  return fail(`a ${value.kind} has no JSON text`)
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function fail(problem: string): never {
  throw configError('parse', problem)
}
