import { configError } from '../config-error.js'
import { rangeValues } from './ranges.js'
import { type Element, type RangeSweep, isList, shown } from './values.js'

/** The values in order as Python's `sorted` gives it; values that cannot be compared are a `parse` error. */
export function sorted(values: readonly Element[], reverse: boolean): Element[] {
  const ordered = [...values].sort((a, b) => (reverse ? compare(b, a) : compare(a, b)))
  return ordered
}

/** Whether a range goes down. */
export function descending({ step }: RangeSweep): boolean {
  return Number(step) < 0
}

/** The same values in the opposite order; a range of one value or none stays as it is. */
export function turned(range: RangeSweep): RangeSweep {
  const values = rangeValues(range)
  const [first] = values
  const last = values.at(-1)
  if (first === undefined || last === undefined || values.length < 2) return range
  const step = negated(range.step)
  return { ...range, start: last, stop: sum(first, step), step }
}

function negated(value: bigint | number | boolean): bigint | number {
  return typeof value === 'boolean' ? -BigInt(value) : -value
}

function sum(a: bigint | number, b: bigint | number): bigint | number {
  return typeof a === 'bigint' && typeof b === 'bigint' ? a + b : Number(a) + Number(b)
}

function compare(a: Element, b: Element): number {
  if (isList(a) && isList(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compare(a[i] ?? null, b[i] ?? null)
      if (order !== 0) return order
    }
    return a.length - b.length
  }
  if (typeof a === 'string' && typeof b === 'string') return order(a, b)
  if (isNumber(a) && isNumber(b)) return order(Number(a), Number(b))
  throw configError('parse', `${shown(a)} and ${shown(b)} cannot be compared`)
}

function isNumber(value: Element): value is bigint | number | boolean {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'
}

function order<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
