import { nearest } from '../core/table.js'

/** One finding of a generated validator. */
export interface Finding {
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A finding in words: where it is (a key path), whether it is about the key itself, and what to try instead. */
export interface Problem {
  readonly path: readonly string[]
  readonly atKey: boolean
  readonly text: string
  readonly suggestions: readonly string[]
}

/** The findings as problems, those of alternatives at one place joined into one. */
export function describeFindings(
  findings: readonly Finding[],
  valueAt: (path: readonly string[]) => unknown,
): Problem[] {
  const useful = findings.filter(({ keyword }) => keyword !== 'if')
  const alternatives = useful.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  const places = new Set(alternatives.map(({ instancePath }) => instancePath))
  const single = useful.filter(
    ({ instancePath }) => ![...places].some((place) => within(instancePath, place)),
  )
  const joined = [...places].map((place) => {
    const options = useful.filter(
      (finding) =>
        finding.instancePath === place &&
        finding.keyword !== 'anyOf' &&
        finding.keyword !== 'oneOf',
    )
    return joinAlternatives(place, options, valueAt)
  })
  return unique([...single.map((finding) => describe(finding, valueAt)), ...joined])
}

function within(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`)
}

function joinAlternatives(
  place: string,
  options: readonly Finding[],
  valueAt: (path: readonly string[]) => unknown,
): Problem {
  const path = pathOf(place)
  const texts = [...new Set(options.map((finding) => requirement(finding).replace(/^must /, '')))]
  const text = `must ${texts.join(', or ')}, but is ${shown(valueAt(path))}`
  return { path, atKey: false, text, suggestions: [] }
}

function describe(finding: Finding, valueAt: (path: readonly string[]) => unknown): Problem {
  const { keyword, params } = finding
  const path = pathOf(finding.instancePath)
  if (keyword === 'additionalProperties') {
    const key = String(params['additionalProperty'])
    return { path: [...path, key], atKey: true, text: 'is no key of this section', suggestions: [] }
  }
  if (keyword === 'required') {
    return {
      path,
      atKey: false,
      text: `lacks the key '${String(params['missingProperty'])}'`,
      suggestions: [],
    }
  }
  const value = valueAt(path)
  const allowed = Array.isArray(params['allowedValues']) ? params['allowedValues'] : []
  const names = allowed.filter((name) => typeof name === 'string')
  const suggestions = typeof value === 'string' ? nearest(value, names) : []
  return {
    path,
    atKey: false,
    text: `${requirement(finding)}, but is ${shown(value)}`,
    suggestions,
  }
}

type Params = Finding['params']

const requirements: Readonly<Record<string, (params: Params) => string>> = {
  type: ({ type }) => `must be ${typeName(type)}`,
  enum: ({ allowedValues }) => `must be one of ${list(allowedValues)}`,
  const: ({ allowedValue }) => `must be ${shown(allowedValue)}`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
  exclusiveMinimum: ({ limit }) => `must be above ${String(limit)}`,
  exclusiveMaximum: ({ limit }) => `must be below ${String(limit)}`,
  minLength: ({ limit }) => `must have at least ${String(limit)} characters`,
  minItems: ({ limit }) => `must have at least ${String(limit)} items`,
  maxItems: ({ limit }) => `must have at most ${String(limit)} items`,
  minProperties: ({ limit }) => `must have at least ${String(limit)} keys`,
  uniqueItems: () => 'must not repeat an item',
  pattern: ({ pattern }) => `must match ${String(pattern)}`,
  module: () => 'must be a data set of a module that the settings name',
  propertyNames: () => 'has a key that is not allowed',
}

function requirement({ keyword, params }: Finding): string {
  const describeKeyword = Object.hasOwn(requirements, keyword) ? requirements[keyword] : undefined
  return describeKeyword?.(params) ?? `does not satisfy '${keyword}'`
}

const typeNames: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'null',
}

function typeName(type: unknown): string {
  const types = Array.isArray(type) ? type.map(String) : String(type).split(',')
  return types.map((name) => typeNames[name] ?? name).join(' or ')
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map(shown).join(', ') : shown(values)
}

/** A value as a message shows it. */
function shown(value: unknown): string {
  const text =
    typeof value === 'string'
      ? `'${value}'`
      : value === undefined
        ? 'nothing'
        : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

function pathOf(pointer: string): string[] {
  const parts = pointer.split('/').slice(1)
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Map(
    problems.map((problem) => [`${problem.path.join('/')} ${problem.text}`, problem]),
  )
  return [...seen.values()]
}
