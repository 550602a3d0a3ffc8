import { configError } from './config-error.js'
import { type DefaultItem, readDefaults } from './defaults/items.js'
import { type Source, directorySource } from './sources.js'
import {
  type Container,
  type Node,
  type Text,
  child,
  mapNode,
  scalarNode,
  setChild,
} from './tree.js'
import { keyIdentity } from './values.js'
import { readYaml } from './yaml/read.js'

/** A config file taken apart: its header's package, its defaults list, and its own content. */
export interface ConfigFile {
  /** The path without ending, such as `model/cnn`. */
  readonly path: string
  readonly text: Text
  readonly package: string | undefined
  readonly defaults: readonly DefaultItem[]
  readonly content: Container
}

/** The config files of a search path, each read at most once. */
export interface Library {
  readonly sources: readonly Source[]
  /** Groups that do not exist for this library, although a source has them. */
  readonly hidden: ReadonlySet<string>
  /** The file of a config path; undefined where no source has it. */
  load(path: string): ConfigFile | undefined
  isGroup(path: string): boolean
  /** The options of a group in name order. */
  options(group: string): string[]
  /** The groups directly below a group in name order. */
  groups(group: string): string[]
}

/** A library over sources in order of precedence; `hidden` groups do not exist for it. */
export function createLibrary(
  sources: readonly Source[],
  hidden: ReadonlySet<string> = new Set(),
): Library {
  const files = new Map<string, ConfigFile | undefined>()
  const groups = new Map<string, boolean>()
  const visible = sources.filter((source) => source.available)
  const names = (group: string, kind: 'files' | 'groups'): string[] =>
    [...new Set(visible.flatMap((source) => source.list(group)[kind]))].sort(byCodePoint)
  return {
    sources,
    hidden,
    load(path) {
      if (!files.has(path)) files.set(path, loadFrom(visible, path))
      return files.get(path)
    },
    isGroup(path) {
      if (hidden.has(path)) return false
      let known = groups.get(path)
      if (known === undefined) {
        known = visible.some((source) => source.isGroup(path))
        groups.set(path, known)
      }
      return known
    },
    options(group) {
      return names(group, 'files')
        .filter((name) => name.endsWith(ending))
        .map((name) => name.slice(0, -ending.length))
    },
    groups: (group) => names(group, 'groups'),
  }
}

/** The same library with directories of the file system looked up last. */
export function withDirectories(
  library: Library,
  directories: readonly string[],
  cwd: string,
): Library {
  const more = directories.map((directory) => directorySource(directory, cwd))
  return createLibrary([...library.sources, ...more], library.hidden)
}

/** A config that is there without a file: no defaults and no content. */
export function emptyConfig(path: string): ConfigFile {
  const text: Text = { file: path, text: '', layer: path }
  const content = mapNode({ text, start: 0, end: 0 })
  return { path, text, package: undefined, defaults: [], content }
}

const ending = '.yaml'

function loadFrom(sources: readonly Source[], path: string): ConfigFile | undefined {
  if (path.split('/').includes('..')) return undefined
  const name = path.endsWith(ending) ? path : path + ending
  for (const source of sources) {
    const found = source.read(name)
    if (found !== undefined) return parseConfig(path, { ...found, layer: path })
  }
  return undefined
}

function parseConfig(path: string, text: Text): ConfigFile {
  const content = rootOf(readYaml(text), text)
  const defaults = content.kind === 'map' ? takeDefaults(content) : []
  return { path, text, package: headerPackage(text), defaults, content }
}

function rootOf(node: Node | undefined, text: Text): Container {
  const origin = { text, start: 0, end: 0 }
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return mapNode(origin)
  if (node.kind !== 'scalar') return node
  if (typeof node.value !== 'string') {
    throw configError('composition', 'A config file holds a mapping or a list', {
      origin: node.origin,
    })
  }
  const map = mapNode(origin)
  setChild(map, node.value, scalarNode(null, node.origin))
  return map
}

function takeDefaults(content: Node & { kind: 'map' }): DefaultItem[] {
  const list = child(content, 'defaults')
  if (list === undefined) return []
  content.entries.delete(keyIdentity('defaults'))
  return readDefaults(list)
}

/** The value of a `# @package` header, which must stand before everything else in the file. */
function headerPackage(text: Text): string | undefined {
  let found: string | undefined
  for (const line of text.text
    .slice(0, 512)
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)) {
    const trimmed = line.trim()
    if (trimmed === '') continue
    if (!/^#\s*@/.test(trimmed)) break
    const words = trimmed.replace(/^#+/, '').trim().split(/ +/)
    const [key = '', value] = words
    if (value === undefined || words.length > 2) {
      const start = text.text.indexOf(trimmed)
      throw configError(
        'composition',
        `A header is one keyword and one value, as in '# @package a.b'`,
        {
          origin: { text, start, end: start + trimmed.length },
        },
      )
    }
    if (key === '@package') found = value
  }
  return found
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
