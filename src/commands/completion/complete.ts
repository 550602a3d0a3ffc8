import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  type Candidate,
  type CompletionScope,
  completeKey,
  completeOverride,
  configNames,
  schemaNames,
} from '../../config/complete.js'
import { rootNames } from '../../config/roots.js'
import { readSchemaFiles } from '../../config/schema-files.js'
import type { Settings } from '../../config/settings.js'
import { builtInDirectory, directorySource } from '../../config/sources.js'
import { AppError } from '../../core/errors.js'
import { commandFacts } from './command-facts.gen.js'

/**
 * Prints how the last of the words can go on, one candidate a line with its description behind a tab. It is what the
 * shells' scripts call at every press of the tab key, so it loads neither oclif nor validators, and fails in silence.
 */
export async function complete(words: readonly string[], cwd = process.cwd()): Promise<void> {
  const candidates = await candidatesFor(words, cwd)
  const current = words.at(-1) ?? ''
  const lines = new Map(
    candidates
      .filter(({ text }) => text.startsWith(current) || text.startsWith(`+${current}`))
      .map(({ text, description }) => [text, `${text}\t${description.split('\n')[0]}\n`]),
  )
  process.stdout.write([...lines.values()].join(''))
}

interface Facts {
  readonly summary: string
  readonly flags: Readonly<
    Record<string, { readonly summary: string; readonly takesValue: boolean }>
  >
}

const facts: Readonly<Record<string, Facts>> = commandFacts

async function candidatesFor(words: readonly string[], cwd: string): Promise<Candidate[]> {
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const name = [2, 1].map((length) => before.slice(0, length).join(' ')).find((id) => id in facts)
  if (name === undefined) return commandCandidates(before)
  const { flags = {} } = facts[name] ?? {}
  const own = before.slice(name.split(' ').length)
  if (own.includes('--')) return []
  const awaited = /^--(.+)$/.exec(own.at(-1) ?? '')?.[1]
  const scope = await openScope(name, own, cwd)
  if (awaited !== undefined && flags[awaited]?.takesValue === true) {
    return flagValues(awaited, current, scope)
  }
  if (current.startsWith('-')) return flagCandidates(flags, own)
  return [...bareWords(name, own, current, scope), ...overrides(name, current, scope)]
}

function commandCandidates(before: readonly string[]): Candidate[] {
  const inside = before.length === 0 ? '' : `${before.join(' ')} `
  const found = new Map<string, Candidate>()
  for (const [name, { summary }] of Object.entries(facts)) {
    if (!name.startsWith(inside)) continue
    const [text = '', below] = name.slice(inside.length).split(' ')
    if (!found.has(text)) found.set(text, { text, description: below === undefined ? summary : '' })
  }
  if (inside === '') found.set('help', { text: 'help', description: 'Explain a command or topic.' })
  return [...found.values()]
}

function flagCandidates(flags: Facts['flags'], used: readonly string[]): Candidate[] {
  const names = Object.entries(flags).filter(
    ([name]) => repeatable.has(name) || !used.includes(`--${name}`),
  )
  const help = { text: '--help', description: 'Explain the command.' }
  return [
    ...names.map(([name, { summary }]) => ({ text: `--${name}`, description: summary })),
    help,
  ]
}

const repeatable = new Set(['config-dir', 'delete'])

/** Where a flag takes a path nothing is offered, so that the shell completes paths. */
function flagValues(flag: string, current: string, scope: CompletionScope): Candidate[] {
  if (flag === 'delete' || flag === 'package') return completeKey(current, scope)
  if (flag === 'config-name') return configNames(scope).map(plain)
  return flag === 'root' ? rootNames.map(plain) : []
}

/** The commands that take overrides, and the root these belong to where no word says it. */
const composing: Readonly<Record<string, string>> = {
  'config explain': 'train',
  'config groups': 'train',
  'config show': 'train',
  'data describe': 'train',
  'data fetch': 'train',
  'data preview': 'train',
  'data snapshot': 'train',
  doctor: 'doctor',
  export: 'export',
  predict: 'predict',
  'sql-export': 'sql-export',
  'sql-export seed-demo': 'sql-export',
  sweep: 'sweep',
  test: 'test',
  train: 'train',
}

/** Words that look like overrides and are none. */
const wordsOf: Readonly<Record<string, readonly string[]>> = {
  'data describe': ['spec', 'out'],
  'data preview': ['spec', 'out', 'images', 'epochs'],
  'data snapshot': ['out'],
  export: ['run'],
  'sql-export seed-demo': ['products', 'seed'],
  train: ['spec', 'resume'],
}

function overrides(name: string, current: string, scope: CompletionScope): Candidate[] {
  if (!(name in composing)) return []
  const own = (wordsOf[name] ?? []).map((word) => ({ text: `${word}=`, description: '' }))
  return [...completeOverride(current, scope), ...own]
}

function bareWords(
  name: string,
  own: readonly string[],
  current: string,
  scope: CompletionScope,
): Candidate[] {
  const isFirst = !own.some((word) => !/^-|=|^[+~]/.test(word))
  if (name === 'config explain') return isFirst ? completeKey(current, scope) : rootNames.map(plain)
  if (!isFirst) return []
  if (name === 'config show' || name === 'config groups') return rootNames.map(plain)
  if (name === 'config schema') return schemaNames(scope)
  if (name === 'sql-export') return commandCandidates([name])
  if (name === 'completion') return ['bash', 'zsh', 'fish'].map(plain)
  return []
}

function plain(text: string): Candidate {
  return { text, description: '' }
}

async function openScope(
  name: string,
  own: readonly string[],
  cwd: string,
): Promise<CompletionScope> {
  const path = valuesOf(own, 'config-path').at(-1)
  const named = rootNames.find((root) => own.includes(root))
  const free = path !== undefined || valuesOf(own, 'config-name').length > 0
  const isConfig = name.startsWith('config ')
  const main = path === undefined ? builtInDirectory : resolve(cwd, path)
  const settings = path === undefined ? await settingsOf(cwd) : noSettings
  const directories = [
    ...valuesOf(own, 'config-dir').map((directory) => resolve(cwd, directory)),
    ...settings.config_directories,
  ]
  const custom = await customOptions(settings.modules, cwd)
  return {
    root: isConfig ? (named ?? (free ? null : 'train')) : (composing[name] ?? null),
    sources: [
      ...directories.map((directory) => directorySource(directory, cwd)),
      ...custom.sources,
      directorySource(main, cwd),
    ],
    words: own,
    schemas: custom.schemas,
  }
}

function valuesOf(words: readonly string[], flag: string): string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`--${flag}=`)) return [word.slice(flag.length + 3)]
    return words[index - 1] === `--${flag}` ? [word] : []
  })
}

type OwnPlaces = Pick<Settings, 'config_directories' | 'modules'>

const noSettings: OwnPlaces = { config_directories: [], modules: [] }

/** The project's settings, which are read only where there may be any. */
async function settingsOf(cwd: string): Promise<OwnPlaces> {
  if (!maySet(cwd)) return noSettings
  const { loadSettings } = await import('../../config/settings.js')
  return (await ifSound(() => loadSettings(cwd))) ?? noSettings
}

/** What modules add: options of `data`, and the schemas of their keys. */
async function customOptions(
  modules: readonly string[],
  cwd: string,
): Promise<Pick<CompletionScope, 'sources' | 'schemas'>> {
  const schemas = readSchemaFiles()
  if (modules.length === 0) return { sources: [], schemas }
  const { loadModules } = await import('../../modules/load.js')
  const { customSources, customVariant, withCustomVariants } =
    await import('../../config/custom-data.js')
  const added = await ifSound(async () => {
    const datasets = await loadModules(modules, cwd)
    const variants = datasets.map(customVariant)
    return { sources: customSources(datasets), schemas: withCustomVariants(schemas, variants) }
  })
  return added ?? { sources: [], schemas }
}

async function ifSound<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function maySet(directory: string): boolean {
  const names = ['.atelierrc', '.atelierrc.yaml', '.atelierrc.yml', '.atelierrc.json']
  if (names.some((name) => existsSync(join(directory, name)))) return true
  const about = join(directory, 'package.json')
  if (existsSync(about) && readFileSync(about, 'utf8').includes('"atelier"')) return true
  const parent = dirname(directory)
  return parent !== directory && maySet(parent)
}
