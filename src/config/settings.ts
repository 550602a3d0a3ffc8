import { basename, dirname, resolve } from 'node:path'
import { cosmiconfig, type CosmiconfigResult, type Loader } from 'cosmiconfig'
import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import { placeOf } from './config-error.js'
import { freeze, toPlain } from './plain.js'
import { type MapNode, type Node, type Origin, child } from './tree.js'
import { readYaml } from './yaml/read.js'

/** What a project's settings file may say; the command line is stronger than all of it. */
export interface Settings {
  /** Absolute directories of config files, strongest first. */
  readonly config_directories: readonly string[]
  /** Overrides of `train` and `sweep`, applied before those that are typed. */
  readonly overrides: readonly string[]
  /** Absolute directory that runs are kept under. */
  readonly run_root: string | null
  /** Absolute directory for downloads. */
  readonly cache_directory: string | null
  /** Absolute paths of ES modules that define data sets. */
  readonly modules: readonly string[]
}

/** The settings of a project that has no settings file. */
export const defaultSettings: Settings = {
  config_directories: [],
  overrides: [],
  run_root: null,
  cache_directory: null,
  modules: [],
}

const names = ['.atelierrc', '.atelierrc.yaml', '.atelierrc.yml', '.atelierrc.json']

/** Finds `.atelierrc`, `.atelierrc.{yaml,yml,json}` or the key `atelier` of a package.json, from `cwd` upward in the project. */
export async function loadSettings(cwd: string): Promise<Settings> {
  const nodes = new Map<string, Node | undefined>()
  const load = (file: string, text: string): unknown => {
    // Most package.json have no settings, and reading them with positions takes longer than composing a config.
    if (basename(file) === 'package.json' && !/"atelier"\s*:/.test(text)) return {}
    const node = readYaml({ file, text, layer: 'settings' })
    nodes.set(file, node)
    return node === undefined ? null : toPlain(node)
  }
  const found = await search(cwd, load)
  if (found === null || found.isEmpty === true) return defaultSettings
  const node = nodes.get(found.filepath)
  const isPackage = found.filepath.endsWith('package.json') && node?.kind === 'map'
  return readSettings(isPackage ? child(node, 'atelier') : node, dirname(found.filepath))
}

async function search(cwd: string, load: Loader): Promise<CosmiconfigResult> {
  try {
    const explorer = cosmiconfig('atelier', {
      searchPlaces: ['package.json', ...names],
      searchStrategy: 'project',
      cache: false,
      loaders: { noExt: load, '.yaml': load, '.yml': load, '.json': load },
    })
    return await explorer.search(cwd)
  } catch (error) {
    // The search also looks into files that are not ours, such as a package.json, with readers of its own.
    if (error instanceof AppError || !(error instanceof Error) || !('filepath' in error))
      throw error
    const message = `${String(error.filepath)} is neither valid JSON nor YAML`
    throw new AppError('settings_invalid', message, { cause: error })
  }
}

function readSettings(node: Node | undefined, directory: string): Settings {
  if (node === undefined) return defaultSettings
  if (node.kind !== 'map') throw invalid('The settings must be a mapping', node.origin)
  const known = Object.keys(defaultSettings)
  for (const { key, origin } of node.entries.values()) {
    if (known.includes(String(key))) continue
    throw invalid(`There is no setting '${String(key)}'`, origin, nearest(String(key), known))
  }
  const path = (name: string): string | null => {
    const text = textSetting(node, name)
    return text === null ? null : resolve(directory, text)
  }
  return freeze({
    config_directories: listSetting(node, 'config_directories').map((name) =>
      resolve(directory, name),
    ),
    overrides: listSetting(node, 'overrides'),
    run_root: path('run_root'),
    cache_directory: path('cache_directory'),
    modules: listSetting(node, 'modules').map((name) => resolve(directory, name)),
  })
}

function textSetting(settings: MapNode, name: string): string | null {
  const node = child(settings, name)
  if (node === undefined) return null
  if (node.kind === 'scalar' && (node.value === null || typeof node.value === 'string'))
    return node.value
  throw invalid(`'${name}' must be a text or null`, node.origin)
}

function listSetting(settings: MapNode, name: string): string[] {
  const node = child(settings, name)
  if (node === undefined) return []
  if (node.kind === 'list') {
    return node.items.map((item) => {
      if (item.kind === 'scalar' && typeof item.value === 'string') return item.value
      throw invalid(`'${name}' must be a list of texts`, item.origin)
    })
  }
  throw invalid(`'${name}' must be a list of texts`, node.origin)
}

function invalid(message: string, origin: Origin, suggestions: readonly string[] = []): AppError {
  return new AppError('settings_invalid', message, { suggestions, ...placeOf(origin) })
}
