import { AppError } from '../core/errors.js'
import type { Roots } from '../spec/types.gen.js'
import { type ComposeContext, draftRoot, rootLibrary } from './compose.js'
import { missingPaths, resolveComposition } from './composition.js'
import type { Library } from './library.js'
import { toJson } from './plain.js'
import { rootNames } from './roots.js'
import { directorySource, type Source } from './sources.js'
import { findErrors } from './validate.js'

/** What was checked, and everything that was found. */
export interface ConfigCheck {
  /** The directories whose files were checked. */
  readonly directories: readonly string[]
  /** The primary configs with the root whose schema they fulfil; null where they have none. */
  readonly configs: readonly { readonly name: string; readonly root: keyof Roots | null }[]
  readonly groups: number
  readonly options: number
  readonly compositions: number
  readonly problems: readonly AppError[]
  /** Files that look like configs but are not seen, because their names do not end in `.yaml`. */
  readonly unseen: readonly string[]
}

/**
 * Composes every primary config, and each with every option of every group it has a place for, and validates what has
 * a schema. With a directory only its own files are checked, in front of the search path; values that are still
 * mandatory are no problem.
 */
export function validateConfigs(context: ComposeContext, directory?: string): ConfigCheck {
  const { settings } = context
  const searched = [...(directory === undefined ? [] : [directory]), ...settings.config_directories]
  const inner = { ...context, settings: { ...settings, config_directories: searched } }
  const { sources } = rootLibrary(null, inner)
  const checked = directory === undefined ? sources : [directorySource(directory, context.cwd)]
  const primaries = primariesOf(checked, inner)
  const options = checked.flatMap((source) => optionsBelow(source, ''))
  const unique = new Map(options.map((option) => [`${option.group}/${option.name}`, option]))
  const findings = [
    ...primaries.map((primary) => primary.compose([])),
    ...[...unique.values()].flatMap((option) => checkOption(option, primaries, inner)),
  ]
  return {
    directories: checked.map(({ name }) => name),
    configs: primaries.map(({ name, root }) => ({ name, root })),
    groups: new Set(options.map(({ group }) => group)).size,
    options: unique.size,
    compositions: findings.length,
    problems: withoutRepeats(findings.flatMap(({ problems }) => problems)),
    unseen: checked.flatMap((source) => unseenBelow(source, '')),
  }
}

interface Finding {
  readonly problems: readonly AppError[]
}

interface Primary {
  readonly name: string
  readonly root: keyof Roots | null
  /** Keys of the groups that it chooses from. */
  readonly choices: readonly string[]
  readonly compose: (words: readonly string[]) => Finding
}

interface Option {
  readonly group: string
  readonly name: string
}

function primariesOf(checked: readonly Source[], context: ComposeContext): Primary[] {
  const own = checked
    .flatMap((source) => source.list('').files)
    .filter(isConfig)
    .map(stem)
  const foreign = context.primary?.directory !== undefined
  const roots: readonly string[] = foreign ? [] : rootNames
  return [...new Set([...roots, ...own])].map((name) => primaryOf(name, foreign, context))
}

function primaryOf(name: string, foreign: boolean, context: ComposeContext): Primary {
  const named = { ...context, primary: { name, directory: context.primary?.directory } }
  const included = attempt(() => draftRoot(null, [], named).composition)
  const paths = 'value' in included ? included.value.layers.map(({ path }) => path) : [name]
  const root = foreign ? null : (rootNames.findLast((known) => paths.includes(known)) ?? null)
  const library = rootLibrary(root, named)
  return {
    name,
    root,
    choices: 'value' in included ? Object.keys(included.value.choices) : [],
    compose: (words) => check(root, words, named, library),
  }
}

function checkOption(
  { group, name }: Option,
  primaries: readonly Primary[],
  context: ComposeContext,
): Finding[] {
  const users = primaries.flatMap(({ choices, compose }) =>
    choices.filter((key) => key.split('@')[0] === group).map((key) => compose([`${key}=${name}`])),
  )
  if (users.length > 0) return users
  const below = parent(group)
  const chosen = primaries.flatMap(({ choices, compose }) =>
    choices
      .filter((key) => key === below?.group)
      .map((key) => compose([`${key}=${below?.inside}/${name}`])),
  )
  const appended = primaries.map(({ compose }) => compose([`+${group}=${name}`]))
  const [first] = appended
  const fits = [...chosen, ...appended].find(({ problems }) => problems.length === 0)
  if (first !== undefined) return [fits ?? chosen[0] ?? first]
  const alone = {
    ...context,
    primary: { name: `${group}/${name}`, directory: context.primary?.directory },
  }
  return [check(null, [], alone, rootLibrary(null, alone))]
}

/** The group that a nested one lies in, whose options may be written with the inner name before them. */
function parent(group: string): { readonly group: string; readonly inside: string } | undefined {
  const end = group.lastIndexOf('/')
  return end === -1 ? undefined : { group: group.slice(0, end), inside: group.slice(end + 1) }
}

function check(
  root: keyof Roots | null,
  words: readonly string[],
  context: ComposeContext,
  library: Library,
): Finding {
  const result = attempt(() => {
    const { composition } = draftRoot(root, words, context, library)
    const missing = missingPaths(composition.root).map((path) => path.replace(/\[(\d+)\]/g, '.$1'))
    const tree = resolveComposition(composition, context.env)
    return root === null
      ? []
      : findErrors(root, tree, toJson(tree), {
          except: missing,
          extensions: context.extensions,
        })
  })
  if ('value' in result) return { problems: result.value }
  const { error } = result
  if ('kind' in error && error.kind === 'interpolation-missing') return { problems: [] }
  return { problems: error.details.length > 0 ? error.details : [error] }
}

function attempt<T>(compose: () => T): { readonly value: T } | { readonly error: AppError } {
  try {
    return { value: compose() }
  } catch (error) {
    if (error instanceof AppError) return { error }
    throw error
  }
}

/** The same mistake shows in every config that has a place for the option. */
function withoutRepeats(problems: readonly AppError[]): AppError[] {
  const seen = new Map<string, AppError>()
  for (const problem of problems) {
    const key = JSON.stringify([problem.message, problem.location])
    if (!seen.has(key)) seen.set(key, problem)
  }
  return [...seen.values()]
}

function optionsBelow(source: Source, group: string): Option[] {
  const { files, groups } = source.list(group)
  const own =
    group === '' ? [] : files.filter(isConfig).map((file) => ({ group, name: stem(file) }))
  return [...own, ...groups.flatMap((name) => optionsBelow(source, below(group, name)))]
}

function unseenBelow(source: Source, group: string): string[] {
  const { files, groups } = source.list(group)
  const own = files.filter((file) => file.endsWith('.yml')).map((file) => below(group, file))
  return [...own, ...groups.flatMap((name) => unseenBelow(source, below(group, name)))]
}

function below(group: string, name: string): string {
  return group === '' ? name : `${group}/${name}`
}

function isConfig(file: string): boolean {
  return file.endsWith('.yaml')
}

function stem(file: string): string {
  return file.slice(0, -'.yaml'.length)
}
