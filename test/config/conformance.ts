import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import { type ComposeOptions, compose, expandSweep, parseOverride } from '../../src/config/api.js'

/** A case of the conformance files; which fields it has depends on the file. */
export interface Case {
  readonly id: string
  readonly override?: string
  readonly files?: Record<string, string>
  readonly config_name?: string
  readonly overrides?: readonly string[]
  readonly env?: Record<string, string | null>
  readonly unordered?: boolean
  readonly expect: Expectation
  readonly expect_1_4?: Expectation
}

type Expectation = Readonly<Record<string, unknown>>

export interface Disagreement {
  readonly id: string
  readonly expected: unknown
  readonly got: unknown
}

export interface Report {
  readonly file: string
  readonly cases: number
  readonly disagreements: readonly Disagreement[]
}

/** Runs every case file of a directory against the public config library. */
export function runDirectory(directory: string): Report[] {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
  return files.map((file) => {
    const { cases } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as { cases: Case[] }
    return { file, cases: cases.length, disagreements: runCases(cases) }
  })
}

/** The cases whose outcome differs from what they expect of Hydra 1.3, or of 1.4 where that is given. */
export function runCases(cases: readonly Case[]): Disagreement[] {
  return cases.flatMap((given) => {
    const got = outcome(given)
    const agrees = [given.expect, given.expect_1_4].some(
      (expected) => expected !== undefined && matches(expected, got, given.unordered === true),
    )
    return agrees ? [] : [{ id: given.id, expected: given.expect, got }]
  })
}

const compared = {
  override: ['type', 'key', 'package', 'value', 'value_text', 'has_value', 'sweep'],
  composed: ['config', 'choices', 'missing', 'defaults', 'unresolved'],
  sweep: ['jobs', 'configs'],
} as const

/** What the library makes of a case, in the form of its expectation. */
function outcome(given: Case): Record<string, unknown> {
  try {
    if (given.override !== undefined) return { ...parseOverride(given.override) }
    const options: ComposeOptions = {
      configName: given.config_name ?? null,
      overrides: given.overrides ?? [],
      env: given.env ?? {},
      ...(given.files !== undefined && { files: given.files }),
    }
    if ('jobs' in given.expect || !('files' in given)) return sweepOutcome(options)
    return { ...compose(options) }
  } catch (error) {
    return failure(error)
  }
}

function sweepOutcome(options: ComposeOptions): Record<string, unknown> {
  const { jobs } = expandSweep(options)
  if (options.files === undefined) return { jobs }
  const configs = jobs.map((overrides) => {
    try {
      return compose({ ...options, overrides }).config
    } catch (error) {
      return { $error: failure(error)['kind'] }
    }
  })
  return { jobs, configs }
}

function failure(error: unknown): Record<string, unknown> {
  if (!(error instanceof AppError)) throw error
  return { error: true, kind: 'kind' in error ? error.kind : error.code, message: error.message }
}

function matches(expected: Expectation, got: Record<string, unknown>, unordered: boolean): boolean {
  if (expected['error'] === true) {
    const anyKind = expected['kind'] === 'other' || expected['kind'] === 'recursion'
    return got['error'] === true && (anyKind || expected['kind'] === got['kind'])
  }
  if (got['error'] === true) return false
  const fields = Object.values(compared)
    .flat()
    .filter((field) => field in expected)
  if (unordered) return equal(sortedJobs(expected['jobs']), sortedJobs(got['jobs']))
  return fields.every((field) => equal(decode(expected[field]), got[field]))
}

function sortedJobs(jobs: unknown): string[] {
  return (jobs as string[][]).map((job) => job.join(' ')).sort()
}

/** The value a case's JSON stands for. */
function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode)
  if (value === null || typeof value !== 'object') return value
  const tagged = value as Record<string, unknown>
  if (typeof tagged['$float'] === 'string') {
    return Number(tagged['$float'].replace('inf', 'Infinity').replace('nan', 'NaN'))
  }
  if (typeof tagged['$int'] === 'string') return BigInt(tagged['$int'])
  if (typeof tagged['$bytes'] === 'string')
    return Uint8Array.from(Buffer.from(tagged['$bytes'], 'hex'))
  if (Array.isArray(tagged['$map'])) {
    return new Map(
      (tagged['$map'] as [unknown, unknown][]).map(([key, item]) => [decode(key), decode(item)]),
    )
  }
  return Object.fromEntries(Object.entries(tagged).map(([key, item]) => [key, decode(item)]))
}

/** Equality of decoded values: numbers by value, mappings whatever their order. */
export function equal(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || (a !== a && b !== b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.from(a).equals(b)
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, item]) => b.has(key) && equal(item, b.get(key)))
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]))
  }
  if (isObject(a) && isObject(b)) {
    if ('$error' in a) return '$error' in b
    const [left, right] = [Object.keys(a), Object.keys(b)]
    return left.length === right.length && left.every((key) => key in b && equal(a[key], b[key]))
  }
  return a === b
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Map)
  )
}
