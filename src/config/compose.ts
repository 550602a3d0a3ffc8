import { AppError, type ErrorOptions } from '../core/errors.js'
import type { Roots } from '../spec/types.gen.js'
import { composeTree, layerFiles, missingPaths, resolveComposition } from './composition.js'
import { type Library, createLibrary, withDirectories } from './library.js'
import type { Override } from './overrides/override.js'
import { parseOverrides } from './overrides/parser.js'
import type { Settings } from './settings.js'
import { builtInDirectory, directorySource } from './sources.js'
import type { MapNode } from './tree.js'
import { combined, errorAt, fillDefaults, plainKeys, validateRoot } from './validate.js'

/** What composing may read besides the config files. */
export interface ComposeContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly settings: Settings
}

/** A composed, validated config with the facts about its making. */
export interface Composed<T> {
  /** Validated, complete, frozen. */
  readonly config: T
  /** The option chosen from each config group. */
  readonly choices: Readonly<Record<string, string>>
  /** The config files in merge order. */
  readonly layers: readonly {
    readonly name: string
    readonly path: string
    readonly sha256: string
  }[]
  /** An error located at the value of a dotted key path: file, line, column and a code frame. */
  readonly fail: (path: string, message: string, options?: FailOptions) => AppError
}

/** `code` defaults to `config_invalid`. */
export type FailOptions = Omit<ErrorOptions, 'location' | 'frame'> & {
  readonly code?: AppError['code']
}

/**
 * Composes a root config from the built-in and the user's config files and the typed override words, resolves its
 * interpolations, and validates it against its schema; every failure is an `AppError` that names its place.
 */
export function composeRoot<K extends keyof Roots>(
  root: K,
  words: readonly string[],
  context: ComposeContext,
): Composed<Roots[K]> {
  const before = settingOverrides(root, context.settings)
  return composeFrom(rootLibrary(root, context), root, words, context, before)
}

/** The same from a library of the caller's. */
export function composeFrom<K extends keyof Roots>(
  library: Library,
  root: K,
  words: readonly string[],
  context: ComposeContext,
  before: readonly Override[] = [],
): Composed<Roots[K]> {
  const { env, cwd } = context
  const composition = composeTree({
    library,
    extend: (library, paths) => withDirectories(library, paths.map(withoutScheme), cwd),
    name: root,
    overrides: [...before, ...parseOverrides(words)],
    env,
    complete: (tree) => fillDefaults(root, tree),
  })
  refuseMissing(composition.root)
  const tree = resolveComposition(composition, env)
  const config = validateRoot(root, tree)
  const choices = Object.entries(composition.choices)
  return {
    config,
    choices: Object.fromEntries(
      choices.filter((choice): choice is [string, string] => choice[1] !== null),
    ),
    layers: layerFiles(composition.layers),
    fail: (path, message, options) => errorAt(tree, path.split('.'), message, options),
  }
}

/** The config files that a root is composed of: the user's directories before the built-in ones. */
export function rootLibrary(root: keyof Roots, { cwd, settings }: ComposeContext): Library {
  const builtIn = directorySource(builtInDirectory, cwd)
  const sources = settings.config_directories.map((directory) => directorySource(directory, cwd))
  const absent = sources.find(({ available }) => !available)
  if (absent !== undefined) {
    throw new AppError('settings_invalid', `The config directory ${absent.name} is not there`, {
      hint: 'It is named in the settings under config_directories.',
    })
  }
  // A built-in group whose name is a plain value of this root, as `split` is in `test`, does not exist for it.
  const hidden = plainKeys(root).filter((key) => builtIn.isGroup(key))
  return createLibrary([...sources, builtIn], new Set(hidden))
}

/** What the project's settings change before the typed words: experiments by its overrides, all runs by their root. */
function settingOverrides(root: keyof Roots, settings: Settings): readonly Override[] {
  const { overrides, run_root } = settings
  const isExperiment = root === 'train' || root === 'sweep'
  const place = run_root === null || root === 'sql-export' ? [] : [`run.root=${quoted(run_root)}`]
  return parseOverrides([...place, ...(isExperiment ? overrides : [])], {
    file: 'settings overrides',
    layer: 'settings',
  })
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`
}

function withoutScheme(path: string): string {
  return path.replace(/^file:\/\//, '')
}

function refuseMissing(tree: MapNode): void {
  const errors = missingPaths(tree).map((path) =>
    errorAt(tree, path.replace(/\[(\d+)\]/g, '.$1').split('.'), `'${path}' must be given`, {
      code: 'config_missing',
      hint: `Write ${path}=<value>.`,
    }),
  )
  if (errors.length > 0) throw combined(errors)
}
