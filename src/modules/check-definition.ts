import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import type { DatasetDefinition } from './define.js'

/** The data sets that a module's default export consists of, one or a list; anything else is `module_invalid`. */
export function checkDefinitions(exported: unknown, shown: string): DatasetDefinition[] {
  if (exported === undefined) {
    throw invalid(shown, 'has no default export', 'Write: export default defineDataset({ ... })')
  }
  const list: readonly unknown[] = Array.isArray(exported) ? exported : [exported]
  if (list.length === 0) throw invalid(shown, 'exports an empty list')
  return list.map((definition, index) =>
    checkDefinition(definition, shown, list.length === 1 ? 'default' : `default[${index}]`),
  )
}

const known = ['name', 'schema', 'open', 'places']

function checkDefinition(definition: unknown, shown: string, at: string): DatasetDefinition {
  if (!isObject(definition)) throw invalid(shown, `exports ${at}, which is no object`)
  const unknown = Object.keys(definition).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw new AppError('module_invalid', `${shown}: ${at} has the unknown field '${unknown}'`, {
      suggestions: nearest(unknown, known),
      hint: `A data set has ${known.join(', ')}.`,
    })
  }
  const { name, schema, open, places } = definition
  if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
    throw invalid(
      shown,
      `${at}.name must be a text of letters, digits, _ and -, a letter first, but is ${told(name)}`,
    )
  }
  const own = `the data set '${name}'`
  if (typeof open !== 'function') {
    throw invalid(shown, `${own} has no function open(config, context)`)
  }
  if (places !== undefined && typeof places !== 'function') {
    throw invalid(shown, `places of ${own} must be a function`)
  }
  if (!isObject(schema) || !isObject(schema['properties'])) {
    throw invalid(
      shown,
      `schema of ${own} must be an object with the keys under properties`,
      'For example: schema: { properties: { count: { type: "integer", default: 100 } } }',
    )
  }
  return definition as unknown as DatasetDefinition
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function told(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : typeof value
}

function invalid(shown: string, what: string, hint?: string): AppError {
  return new AppError('module_invalid', `${shown}: ${what}`, hint === undefined ? {} : { hint })
}
