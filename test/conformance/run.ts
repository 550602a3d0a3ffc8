import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Engine } from '../../src/engine/compile.js'
import { openEngine, type EngineName } from '../../src/engine/engines.js'
import { type Case, runCases } from '../config/conformance.js'
import { judgeLayers } from './layers.js'
import { judgeLosses } from './losses.js'
import { judgeMetrics } from './metrics.js'
import { judgeModels } from './models.js'
import { judgeOptimizers } from './optimizers.js'
import { judgeSchedulers } from './schedules.js'
import { judgeSplits } from './splits.js'
import { unoffered } from './unoffered.js'
import { agrees, type Judge, type JudgeContext, type Verdict } from './verdict.js'

/** The formats that case files name; those of the config system name none. */
const judges: Readonly<Record<string, Judge>> = {
  'metrics/1': judgeMetrics,
  'splits/1': judgeSplits,
  'schedulers/1': judgeSchedulers,
  'optimizers/1': judgeOptimizers,
  'losses/1': judgeLosses,
  'layers/1': judgeLayers,
  'models/1': judgeModels,
  'sampling/1': unoffered({ cases: ({ distribution }) => distribution }),
  'drift/1': unoffered({
    numeric: () => 'numeric',
    categorical: () => 'categorical',
    weighted_wasserstein: () => 'weighted Wasserstein',
  }),
}

export interface ConformanceOptions {
  readonly engine?: EngineName
  /** Judge also what takes minutes on this engine. */
  readonly slow?: boolean
}

/** Judges every case file below a directory and prints what became of it; whether nothing disagrees. */
export async function runConformance(
  directory: string,
  print: (line: string) => void,
  { engine: name = 'onnxruntime', slow = false }: ConformanceOptions = {},
): Promise<boolean> {
  let opened: Promise<Engine> | undefined
  const context: JudgeContext = {
    engine: () => (opened ??= openEngine({ name, device: 'cpu', threads: 1 })),
    slow,
  }
  let good = true
  for (const file of caseFiles(directory)) {
    const document: unknown = JSON.parse(readFileSync(join(directory, file), 'utf8'))
    const judge = judgeOf(document)
    if (judge === undefined) {
      print(`${file}: nothing here reads its format ${formatOf(document) ?? '(none named)'}`)
      continue
    }
    const verdicts = await judge(document as never, context)
    report(file, verdicts, print)
    good &&= verdicts.every(({ state }) => state !== 'disagrees')
  }
  await (await opened)?.dispose()
  return good
}

function caseFiles(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.json')).sort()
}

function judgeOf(document: unknown): Judge | undefined {
  const format = formatOf(document)
  if (format !== undefined) return Object.hasOwn(judges, format) ? judges[format] : undefined
  return isObject(document) && Array.isArray(document['cases']) ? judgeConfigs : undefined
}

function judgeConfigs({ cases }: { readonly cases: readonly Case[] }): Verdict[] {
  const different = runCases(cases).map((one): Verdict => ({ state: 'disagrees', ...one }))
  return [...Array<Verdict>(cases.length - different.length).fill(agrees), ...different]
}

function formatOf(document: unknown): string | undefined {
  return isObject(document) && typeof document['format'] === 'string'
    ? document['format']
    : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object'
}

function report(file: string, verdicts: readonly Verdict[], print: (line: string) => void): void {
  const missing = verdicts.flatMap((one) => (one.state === 'not offered' ? [one.kind] : []))
  const judged = verdicts.length - missing.length
  const agreeing = verdicts.filter(({ state }) => state === 'agrees').length
  print(`${file}: agree ${agreeing} of ${judged}${tally(missing)}`)
  for (const one of verdicts) {
    if (one.state !== 'disagrees') continue
    print(`  ${one.id}\n    expected ${show(one.expected)}\n    got      ${show(one.got)}`)
  }
}

/** `, not offered: 3 (StepLR 2, LambdaLR 1)`. */
function tally(kinds: readonly string[]): string {
  if (kinds.length === 0) return ''
  const counts = new Map<string, number>()
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return `, not offered: ${kinds.length} (${[...counts].map((pair) => pair.join(' ')).join(', ')})`
}

function show(value: unknown): string {
  return inspect(value, { depth: 8, breakLength: 160, maxArrayLength: 20 })
}
