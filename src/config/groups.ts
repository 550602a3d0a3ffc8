import type { Roots } from '../spec/types.gen.js'
import { type ComposeContext, draftRoot, rootLibrary } from './compose.js'
import type { Library } from './library.js'
import type { Schema } from './schema-files.js'
import type { Source } from './sources.js'

/** One option of a group. */
export interface OptionEntry {
  readonly name: string
  /** The comment at the top of its file, or what the schema says of it. */
  readonly description: string | null
  readonly file: string
  /** Files of the same name in places that are searched later. */
  readonly shadows: readonly string[]
  /** The roots whose config has it without any override. */
  readonly default_of: readonly string[]
}

/** A config group with its options and the groups inside it. */
export interface GroupEntry {
  readonly group: string
  readonly description: string | null
  readonly options: readonly OptionEntry[]
  readonly groups: readonly GroupEntry[]
}

/** The groups of the search path as a tree; `roots` are those whose defaults are marked. */
export function listGroups(
  roots: readonly (keyof Roots | null)[],
  context: ComposeContext,
  schemas: Readonly<Record<string, Schema>>,
): GroupEntry[] {
  const library = rootLibrary(null, context)
  const chosen = roots.map((root) => ({
    root: root ?? context.primary?.name ?? 'config',
    choices: draftRoot(root, [], context).composition.choices,
  }))
  const defaultOf = (group: string, option: string): string[] =>
    chosen
      .filter(({ choices }) =>
        Object.entries(choices).some(
          ([key, name]) => key.split('@')[0] === group && name === option,
        ),
      )
      .map(({ root }) => root)
  const read = (group: string): GroupEntry => ({
    group,
    description: schemas[group]?.description ?? null,
    options: library.options(group).map((name) => ({
      name,
      ...filesOf(library, `${group}/${name}`),
      description: descriptionOf(library, schemas[group], group, name),
      default_of: defaultOf(group, name),
    })),
    groups: library.groups(group).map((name) => read(`${group}/${name}`)),
  })
  return library.groups('').map(read)
}

function filesOf({ sources }: Library, path: string): { file: string; shadows: string[] } {
  const [file = '', ...shadows] = sources.flatMap((source) => fileOf(source, path))
  return { file, shadows }
}

function fileOf(source: Source, path: string): string[] {
  const found = source.read(`${path}.yaml`)
  return found === undefined ? [] : [found.file]
}

function descriptionOf(
  { sources }: Library,
  schema: Schema | undefined,
  group: string,
  name: string,
): string | null {
  const text = sources.map((source) => source.read(`${group}/${name}.yaml`)?.text)
  const comment = topComment(text.find((found) => found !== undefined) ?? '')
  return comment ?? variantDescription(schema, name)
}

function topComment(text: string): string | null {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const first = lines.findIndex((line) => !/^\s*$|^#\s*@|^#\s*yaml-language-server/.test(line))
  const end = lines.findIndex((line, index) => index >= first && !line.startsWith('#'))
  const comment = lines.slice(first, end === -1 ? undefined : end)
  if (first === -1 || comment.length === 0) return null
  return comment.map((line) => line.replace(/^#+\s?/, '').trim()).join(' ')
}

function variantDescription(schema: Schema | undefined, name: string): string | null {
  const variant = schema?.oneOf?.find(({ properties }) => properties?.['name']?.const === name)
  return variant?.description ?? null
}
