import { type Document, type Node as YamlNode, isMap, isScalar, isSeq } from 'yaml'
import { stringify, Document as YamlDocument } from 'yaml'
import type { Draft } from './compose.js'
import { attemptInputs } from './explain.js'
import { createScope } from './interpolation/resolve.js'
import type { Scope } from './interpolation/scope.js'
import { type Place, placeOf, placeText } from './places.js'
import { type Node, isInterpolation } from './tree.js'

/** A place, with the text of an interpolation that is written there and what that reads, where it is one. */
export type SourcedPlace = Place & {
  readonly written: string | null
  readonly inputs: readonly string[]
}

/** Where the values of a config come from, by their dotted paths; containers have a place too. */
export type Origins = ReadonlyMap<string, SourcedPlace>

/** The places of all values of a draft. */
export function placesOf({ composition, overrides }: Draft, env: Scope['env']): Origins {
  const scope = createScope(composition.root, env)
  const found = new Map<string, SourcedPlace>()
  const visit = (at: Node, key: string): void => {
    const inside = key === '' ? '' : `${key}.`
    if (at.kind === 'list') at.items.forEach((item, index) => visit(item, `${inside}${index}`))
    if (at.kind === 'map') {
      for (const entry of at.entries.values()) visit(entry.node, `${inside}${String(entry.key)}`)
    }
    found.set(key, {
      ...placeOf(at.origin, overrides),
      written: isInterpolation(at) ? at.value : null,
      inputs: attemptInputs(scope, at).flatMap((input) => {
        if (input.kind === 'environment') return [`environment variable ${input.name}`]
        if (input.kind !== 'reference' || input.node === undefined) return []
        return [placeText(placeOf(input.node.origin, overrides))]
      }),
    })
  }
  visit(composition.root, '')
  return found
}

/** The place of a value; one below a reference to a container comes from where the reference is written. */
function placeAt(origins: Origins, key: string): SourcedPlace | undefined {
  for (let path = key; ; path = path.slice(0, path.lastIndexOf('.'))) {
    const place = origins.get(path)
    if (place !== undefined) return path === key || place.written !== null ? place : undefined
    if (!path.includes('.')) return undefined
  }
}

const mark = '\u0001'

/** An empty mapping or list with a comment, as the printer breaks it into three lines. */
const emptyOnOwnLine = new RegExp(`([:-])\\n +(\\[\\]|\\{\\})\\n *#${mark}`, 'g')

/** A config as YAML whose lines end in comments that say where each value comes from. */
export function annotatedYaml(config: unknown, origins: Origins, path = ''): string {
  const document = new YamlDocument(config, { aliasDuplicateObjects: false })
  comment(document, origins, path)
  const text = document.toString({ lineWidth: 0 }).trimEnd()
  const lines = text.replace(emptyOnOwnLine, `$1 $2 #${mark}`).split('\n')
  const parts = lines.map((line) => line.split(` #${mark}`))
  const width = Math.min(40, Math.max(0, ...parts.map(([text = '']) => text.length)))
  return parts
    .map(([text = '', note]) => (note === undefined ? text : `${text.padEnd(width)}  # ${note}`))
    .join('\n')
}

/** A config as plain YAML. */
export function plainYaml(config: unknown): string {
  return stringify(config, { aliasDuplicateObjects: false }).trimEnd()
}

function comment(document: Document, origins: Origins, path: string): void {
  const visit = (node: unknown, key: string): void => {
    const inside = key === '' ? '' : `${key}.`
    if (isMap(node) && node.items.length > 0) {
      for (const { key: name, value } of node.items) visit(value, inside + nameOf(name))
    } else if (isSeq(node) && node.items.length > 0) {
      node.items.forEach((item, index) => visit(item, `${inside}${index}`))
    } else if (isScalar(node) || isMap(node) || isSeq(node)) {
      annotate(node, placeAt(origins, key))
    }
  }
  visit(document.contents, path)
}

function annotate(node: YamlNode, place: SourcedPlace | undefined): void {
  const source = place === undefined ? 'default' : sourceText(place)
  node.comment = mark + source.replaceAll('\n', ' ')
}

function sourceText({ written, inputs, ...place }: SourcedPlace): string {
  if (written === null) return placeText(place)
  const from = inputs.length === 0 ? '' : ` <- ${inputs.join(', ')}`
  return `${placeText(place)} as ${written}${from}`
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key)
}
