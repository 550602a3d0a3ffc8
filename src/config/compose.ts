import { AppError, type ErrorOptions } from '../core/errors.js'
import type { Roots } from '../spec/types.gen.js'
import {
  type Composition,
  composeTree,
  layerFiles,
  missingPaths,
  resolveComposition,
} from './composition.js'
import type { Extensions } from './extensions.js'
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
  /** What the modules of the settings add. */
  readonly extensions?: Extensions | undefined
  /** Another primary config than the root's own, and another main directory than the built-in one. */
  readonly primary?: { readonly name: string | undefined; readonly directory: string | undefined }
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

/** A composition before it is resolved and validated, with the overrides that were applied to it. */
export interface Draft {
  readonly composition: Composition
  readonly overrides: readonly Override[]
}

/**
 * Composes a root config from the built-in and the user's config files and the typed override words, resolves its
 * interpolations, and validates it against its schema; every failure is an `AppError` that names its place. Many
 * compositions of the same root may share a library, which reads each file once.
 */
export function composeRoot<K extends keyof Roots>(
  root: K,
  words: readonly string[],
  context: ComposeContext,
  library: Library = rootLibrary(root, context),
): Composed<Roots[K]> {
  return completeDraft(root, draftRoot(root, words, context, library).composition, context)
}

/** The same from a library of the caller's. */
export function composeFrom<K extends keyof Roots>(
  library: Library,
  root: K,
  words: readonly string[],
  context: ComposeContext,
): Composed<Roots[K]> {
  const overrides = parseOverrides(words)
  return completeDraft(root, draft({ library, root, name: root, overrides }, context), context)
}

/** Composes as `composeRoot` does, but neither resolves nor validates; without a root there is no schema either. */
export function draftRoot(
  root: keyof Roots | null,
  words: readonly string[],
  context: ComposeContext,
  library: Library = rootLibrary(root, context),
): Draft {
  const before = root === null ? [] : settingOverrides(root, context.settings)
  const overrides = [...before, ...parseOverrides(words)]
  const name = context.primary?.name ?? root ?? 'config'
  return { composition: draft({ library, root, name, overrides }, context), overrides }
}

interface DraftRequest {
  readonly library: Library
  readonly root: keyof Roots | null
  readonly name: string
  readonly overrides: readonly Override[]
}

function draft(
  { root, ...request }: DraftRequest,
  { cwd, env, extensions }: ComposeContext,
): Composition {
  return composeTree({
    ...request,
    extend: (library, paths) => withDirectories(library, paths.map(withoutScheme), cwd),
    env,
    cwd,
    ...(root === 'sweep' && { isOutside: (key: string) => /^(sampler|sweep)([.@]|$)/.test(key) }),
    ...(root !== null && { complete: (tree: MapNode) => fillDefaults(root, tree, extensions) }),
  })
}

/** Resolves and validates a composition; a mandatory value that is not set is an error. */
export function completeDraft<K extends keyof Roots>(
  root: K,
  composition: Composition,
  { env, extensions }: Pick<ComposeContext, 'env' | 'extensions'>,
): Composed<Roots[K]> {
  refuseMissing(composition.root)
  const tree = resolveComposition(composition, env)
  const config = validateRoot(root, tree, extensions)
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
export function rootLibrary(
  root: keyof Roots | null,
  { cwd, settings, primary, extensions }: ComposeContext,
): Library {
  const main = directorySource(primary?.directory ?? builtInDirectory, cwd)
  const sources = settings.config_directories.map((directory) => directorySource(directory, cwd))
  const absent = sources.find(({ available }) => !available)
  if (absent !== undefined) {
    throw new AppError('settings_invalid', `The config directory ${absent.name} is not there`, {
      hint: 'It is named in the settings under config_directories.',
    })
  }
  // A built-in group whose name is a plain value of this root, as `split` is in `test`, does not exist for it.
  const hidden = root === null ? [] : plainKeys(root).filter((key) => main.isGroup(key))
  const modules = extensions?.sources ?? []
  return createLibrary([...sources, ...modules, main], new Set(hidden))
}

/** What the project's settings change before the typed words: experiments by its overrides, all runs by their root. */
function settingOverrides(root: keyof Roots, settings: Settings): readonly Override[] {
  const { overrides, run_root } = settings
  const isExperiment = root === 'train' || root === 'sweep'
  const place = run_root === null ? [] : [`run.root=${quoted(run_root)}`]
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
