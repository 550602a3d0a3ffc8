import {
  type CompositionRequest,
  composeTree,
  missingPaths,
  resolveComposition,
} from './composition.js'
import { describeOverride } from './describe-override.js'
import { batchSizes, gridJobs, parameterWords } from './jobs.js'
import { type Library, createLibrary, withDirectories } from './library.js'
import { originsOf } from './origins.js'
import type { Override } from './overrides/override.js'
import { parseOverride as parseOne, parseOverrides } from './overrides/parser.js'
import { batchSize, isHydraKey } from './hydra.js'
import { type SweepWords, readSweepWords } from './sweep-words.js'
import { freeze, toPlain } from './plain.js'
import { directorySource, memoryBelow, memorySource } from './sources.js'
import type { Location } from '../core/errors.js'

export type { ConfigError, ConfigErrorKind } from './config-error.js'
export { openSecrets } from '../core/secrets.js'
export type { OverrideDescription } from './describe-override.js'

/** What to compose: files in memory (paths below the config directory) or a directory, and the primary config's name. */
export interface ComposeOptions {
  readonly files?: Readonly<Record<string, string>>
  readonly directory?: string
  /** Null composes an empty primary config. */
  readonly configName: string | null
  readonly overrides?: readonly string[]
  /** The environment that `oc.env` sees, and no other; null and absent both mean not set. */
  readonly env?: Readonly<Record<string, string | null>>
  /** What relative directories count from; `/` by default. */
  readonly cwd?: string
}

/** A composed config as plain frozen data. */
export interface ComposeResult {
  /** The resolved config. Numbers are plain, integers beyond 2^53 are bigint, mappings with keys other than texts a `Map`. */
  readonly config: unknown
  /** The config before its interpolations are resolved. */
  readonly unresolved: unknown
  /** Override key to option of every group choice; null where none is chosen. */
  readonly choices: Readonly<Record<string, string | null>>
  /** Config path, package and whether it is a file's own content, in merge order. */
  readonly defaults: readonly (readonly [string, string, boolean])[]
  /** Paths whose value is `???`. */
  readonly missing: readonly string[]
  /** Where each plain value was written, by its path. */
  readonly origins: Readonly<Record<string, Location>>
}

/** Composes a config with Hydra's semantics; throws a `ConfigError` with `kind`, `message` and `location`. */
export function compose(options: ComposeOptions): ComposeResult {
  const { overrides = [] } = options
  const request = { ...requestOf(options), overrides: parseOverrides(overrides) }
  const composition = composeTree(request)
  const resolved = resolveComposition(composition, request.env)
  return freeze({
    config: toPlain(resolved),
    unresolved: toPlain(composition.root),
    choices: composition.choices,
    defaults: composition.layers.map((layer) => [layer.path, layer.package, layer.self] as const),
    missing: missingPaths(composition.root),
    origins: originsOf(resolved),
  })
}

/** Parses one override text into plain data: its type, key, package, and its value or sweep. */
export function parseOverride(text: string): ReturnType<typeof describeOverride> {
  return freeze(describeOverride(parseOne(text)))
}

/** The jobs of a grid sweep, each a list of override texts, in Hydra's order. */
export interface SweepResult {
  readonly jobs: readonly (readonly string[])[]
  /** Sizes of the batches that `hydra.sweeper.max_batch_size` cuts the jobs into, where it is set. */
  readonly batches?: readonly number[]
}

/** Expands the sweeps among the overrides into jobs; with files or a directory, the config's own sweep parameters too. */
export function expandSweep(
  options: Omit<ComposeOptions, 'configName'> & Partial<ComposeOptions>,
): SweepResult {
  const typed = readSweepWords(options.overrides ?? [])
  if (options.files === undefined && options.directory === undefined) {
    return freeze({ jobs: gridJobs(typed, () => []) })
  }
  const request = requestOf({ configName: null, ...options })
  const { hydra, library } = composeTree({
    ...request,
    overrides: unconditional(typed),
    sweeping: true,
  })
  const items = typed.items.filter((item) => !('override' in item && isHydraKey(item.override.key)))
  const all = { ...typed, items: [...parameterWords(hydra).items, ...items] }
  const jobs = gridJobs(all, (group) => library.options(group))
  const size = batchSize(hydra)
  return freeze(size === undefined ? { jobs } : { jobs, batches: batchSizes(jobs.length, size) })
}

/** The overrides that every job has or sweeps over. */
function unconditional({ items }: SweepWords): Override[] {
  return items.flatMap((item) =>
    'override' in item && item.when.length === 0 ? item.override : [],
  )
}

function requestOf(options: ComposeOptions): Omit<CompositionRequest, 'overrides'> {
  const { files, directory, configName, env = {}, cwd = '/' } = options
  const sources = [
    ...(files === undefined ? [] : [memorySource(files)]),
    ...(directory === undefined ? [] : [directorySource(directory, cwd)]),
  ]
  return {
    library: createLibrary(sources),
    extend: (library, paths) => extendLibrary(library, paths, files, cwd),
    name: configName,
    env,
    cwd,
  }
}

/** Adds `hydra.searchpath` entries: directories, or parts of the virtual `conf/` that files in memory lie under. */
function extendLibrary(
  library: Library,
  paths: readonly string[],
  files: ComposeOptions['files'],
  cwd: string,
): Library {
  const places = paths.map((path) => path.replace(/^file:\/\//, ''))
  const virtual = /^(?:\.\/)?conf(?:\/|$)/
  if (files === undefined) return withDirectories(library, places, cwd)
  const inside = places.filter((path) => virtual.test(path))
  const memory = inside.map((path) => memoryBelow(files, path.replace(virtual, '')))
  const outside = places.filter((path) => !virtual.test(path))
  return withDirectories(
    createLibrary([...library.sources, ...memory], library.hidden),
    outside,
    cwd,
  )
}
