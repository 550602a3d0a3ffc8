import type { Override, OverrideType } from './overrides/override.js'
import { isListable, rangeValues } from './overrides/ranges.js'
import {
  type Element,
  type Sweep,
  elementText,
  isDictionary,
  isEdit,
  isList,
  isQuoted,
  isReplacement,
  isSweep,
} from './overrides/values.js'
import { plainScalar } from './values.js'

/** An override as plain data. */
export interface OverrideDescription {
  readonly type: OverrideType
  readonly key: string
  readonly package: string | null
  /** The value without quotes; absent for a sweep. */
  readonly value?: unknown
  /** The value as a job's override writes it. */
  readonly value_text?: string
  /** False for a bare delete. */
  readonly has_value?: false
  readonly sweep?: Readonly<Record<string, unknown>>
}

/** The public, plain form of an override. */
export function describeOverride(override: Override): OverrideDescription {
  const { type, key, value } = override
  const head = { type, key, package: override.package ?? null }
  if (value === undefined) return { ...head, value: null, has_value: false }
  if (isSweep(value)) return { ...head, sweep: describeSweep(value) }
  const text = holdsSweep(value) ? {} : { value_text: elementText(value) }
  return { ...head, value: plainElement(value), ...text }
}

function describeSweep(sweep: Sweep): Record<string, unknown> {
  switch (sweep.kind) {
    case 'choice': {
      const { kind, simple, list, shuffle, tags, zip } = sweep
      const name = zip === undefined ? {} : { zip }
      return {
        kind,
        simple,
        list: list.map(plainElement),
        shuffle,
        tags,
        ...name,
        ...optionTexts(sweep),
      }
    }
    case 'range': {
      const { kind, shuffle, tags } = sweep
      const [start, stop, step] = [sweep.start, sweep.stop, sweep.step].map(plainScalar)
      const values =
        !shuffle && isListable(sweep) ? { values: rangeValues(sweep).map(plainScalar) } : {}
      return { kind, start, stop, step, shuffle, tags, ...values }
    }
    case 'interval': {
      const { kind, tags } = sweep
      return { kind, start: plainScalar(sweep.start), end: plainScalar(sweep.end), tags }
    }
    case 'glob':
      return { ...sweep }
  }
}

function optionTexts({ list, shuffle }: Sweep & { kind: 'choice' }): Record<string, unknown> {
  if (shuffle) return {}
  if (list.some((item) => isSweep(item) && item.kind !== 'glob')) {
    return { texts_error: 'ValidationError' }
  }
  return { texts: list.map(elementText) }
}

function holdsSweep(value: Element): boolean {
  if (isList(value)) return value.some(holdsSweep)
  if (value === null || typeof value !== 'object') return false
  if (isEdit(value) || isReplacement(value)) return false
  if (isDictionary(value)) return value.entries.some(([, item]) => holdsSweep(item))
  return isSweep(value) && value.kind !== 'glob'
}

function plainElement(value: Element): unknown {
  if (isList(value)) return value.map(plainElement)
  if (value === null || typeof value !== 'object') return plainScalar(value)
  if (isQuoted(value)) return value.text
  if (isEdit(value)) {
    const { action, index, values } = value
    const place = action === 'insert' ? { $index: plainScalar(index) } : {}
    return { [`$${action}`]: values.map(plainElement), ...place }
  }
  if (isReplacement(value)) return { $replace: plainElement(value.value) }
  if (!isDictionary(value)) return { $nested: value.kind }
  const entries = value.entries.map(
    ([key, item]) => [plainElement(key), plainElement(item)] as const,
  )
  if (entries.every(([key]) => typeof key === 'string'))
    return Object.fromEntries(entries) as unknown
  return new Map(entries)
}
