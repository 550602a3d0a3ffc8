import { AppError, type ErrorCode, type ErrorOptions } from '../core/errors.js'
import { nearest } from '../core/table.js'
import type { Roots } from '../spec/types.gen.js'
import { configError, positionAt } from './config-error.js'
import { findCustom } from './custom-findings.js'
import type { Extensions } from './extensions.js'
import { freeze, fromPlain, toJson, toPlain } from './plain.js'
import { type Finding, type Problem, describeFindings } from './schema-errors.js'
import { type MapNode, type Node, type Origin, child, setChild } from './tree.js'
import * as generated from './validators.gen.js'

type Validator = ((data: unknown) => boolean) & { errors?: readonly Finding[] | null }

const validators: Readonly<Record<keyof Roots, Validator>> = {
  train: generated.trainConfig,
  test: generated.testConfig,
  predict: generated.predictConfig,
  export: generated.exportConfig,
  doctor: generated.doctorConfig,
  sweep: generated.sweepConfig,
  'sql-export': generated.sqlExportConfig,
}

/** The keys of a root that hold plain values, so that no config group stands for them. */
export function plainKeys(root: keyof Roots): readonly string[] {
  return generated.plainKeys[root]
}

/** Fills in the schema's defaults and checks a resolved tree; all problems are reported in one error. */
export function validateRoot<K extends keyof Roots>(
  root: K,
  tree: MapNode,
  extensions?: Extensions,
): Roots[K] {
  const data = toJson(tree)
  const errors = findErrors(root, tree, data, { extensions })
  if (errors.length === 0) return freeze(data) as Roots[K]
  throw combined(errors)
}

interface FindOptions {
  /** Paths at which problems do not count. */
  readonly except?: readonly string[]
  readonly extensions: Extensions | undefined
}

/** Every problem of a tree's data, whose defaults are filled in. */
export function findErrors(
  root: keyof Roots,
  tree: MapNode,
  data: unknown,
  { except = [], extensions }: FindOptions,
): AppError[] {
  const validate = validators[root]
  const findings = validate(data) ? [] : [...(validate.errors ?? [])]
  findings.push(...findCustom(data, extensions))
  if (findings.length === 0) return []
  const valueAt = (path: readonly string[]): unknown => path.reduce(member, data)
  const problems = describeFindings(findings, valueAt)
  return problems
    .filter(({ path }) => !except.includes(path.join('.')))
    .map((problem) => problemError(tree, data, problem))
}

/**
 * Adds the keys that the schema has defaults for and the config files leave out, so that overrides and references
 * find them.
 */
export function fillDefaults(root: keyof Roots, tree: MapNode, extensions?: Extensions): void {
  const data = toPlain(tree)
  validators[root](data)
  findCustom(data, extensions)
  const text = { file: `schemas/${root}.schema.json`, text: '', layer: 'default' }
  graft(tree, data, { text, start: 0, end: 0 })
}

/** One error for several: the first, with the others as its details. */
export function combined(errors: readonly AppError[]): AppError {
  const [first] = errors
  if (first === undefined) throw new Error('a failed validation has errors')
  if (errors.length === 1) return first
  return new AppError(first.code, `The config has ${errors.length} errors`, {
    details: errors,
    ...(first.location !== undefined && { location: first.location }),
  })
}

interface LocatedOptions extends Omit<ErrorOptions, 'location' | 'frame'> {
  readonly code?: ErrorCode
  /** Point at the key instead of its value. */
  readonly atKey?: boolean
}

/** An error located at the value of a key path, or at the nearest container that is there. */
export function errorAt(
  tree: MapNode,
  path: readonly string[],
  message: string,
  options: LocatedOptions = {},
): AppError {
  const { atKey = false, ...rest } = options
  const { origin, node } = locate(tree, path, atKey)
  const chain = layerChain(node)
  const hint = [rest.hint, sourceOf(origin), chain].filter((part) => part !== undefined).join(' ')
  return configError('other', message, {
    code: 'config_invalid',
    ...rest,
    ...(hint !== '' && { hint }),
    origin,
  })
}

function problemError(tree: MapNode, data: unknown, problem: Problem): AppError {
  const { path, atKey, text } = problem
  const name = path.length === 0 ? 'The config' : `'${path.join('.')}'`
  const siblings = atKey ? Object.keys(path.slice(0, -1).reduce(member, data) as object) : []
  const suggestions = atKey
    ? nearest(
        path.at(-1) ?? '',
        siblings.filter((key) => key !== path.at(-1)),
      )
    : problem.suggestions
  return errorAt(tree, path, `${name} ${text}`, { atKey, suggestions })
}

function member(value: unknown, key: string): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string, unknown>)[key]
}

function locate(
  tree: MapNode,
  path: readonly string[],
  atKey: boolean,
): { readonly origin: Origin; readonly node: Node } {
  let node: Node = tree
  let origin = tree.origin
  for (const key of path) {
    const next: Node | undefined = below(node, key)
    if (next === undefined) break
    const entry = node.kind === 'map' ? node.entries.get(key) : undefined
    origin = atKey && entry !== undefined ? entry.origin : next.origin
    node = next
  }
  return { origin, node }
}

function graft(map: MapNode, data: unknown, origin: Origin): void {
  if (data === null || typeof data !== 'object') return
  for (const [key, value] of Object.entries(data)) {
    const present = child(map, key)
    if (present === undefined) setChild(map, key, fromPlain(value, origin))
    else if (present.kind === 'map') graft(present, value, origin)
  }
}

function below(node: Node, key: string): Node | undefined {
  if (node.kind === 'map') return child(node, key)
  return node.kind === 'list' ? node.items[Number(key)] : undefined
}

/** What a value was written as, where that is a reference. */
function sourceOf({ text, start, end }: Origin): string | undefined {
  const written = text.text.slice(start, end)
  return written.includes('${') && written.length < 100 ? `It is written as ${written}.` : undefined
}

/** Which layers set the value before, for a value that replaced another. */
function layerChain(node: Node): string | undefined {
  const places: string[] = []
  for (let at = node.replaced; at !== undefined && places.length < 5; at = at.replaced) {
    const { text, start } = at.origin
    const { line, column } = positionAt(text.text, start)
    places.push(`${text.file}:${line}:${column}`)
  }
  return places.length === 0 ? undefined : `It replaces the value of ${places.join(', then ')}.`
}
