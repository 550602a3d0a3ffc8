import type { Node } from '../tree.js'
import { isInterpolation } from '../tree.js'
import type { Element, Interpolation, Part, Segment } from './grammar.js'
import { parseInterpolations } from './grammar.js'
import type { Scope } from './scope.js'
import { select, splitPath, startOf } from './select.js'
import { textOf } from './text.js'

/** Something that the value of an interpolation was made from. */
export type Input =
  | { readonly kind: 'reference'; readonly path: string; readonly node: Node | undefined }
  | { readonly kind: 'environment'; readonly name: string; readonly value: string | null }
  | { readonly kind: 'resolver'; readonly name: string }

/** What a text with interpolations reads, in the order it is written, arguments of resolvers included. */
export function inputsOf(scope: Scope, at: Node): Input[] {
  if (!isInterpolation(at)) return []
  return partsInputs({ scope, at }, parseInterpolations(at.value))
}

interface Reader {
  readonly scope: Scope
  readonly at: Node
}

function partsInputs(reader: Reader, parts: readonly Part[]): Input[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [] : interpolated(reader, part)))
}

function interpolated(reader: Reader, part: Interpolation): Input[] {
  if (part.kind === 'call') {
    const name = part.name.map((segment) => segmentText(reader, segment)).join('.')
    const own = called(reader, name, part.arguments)
    return [...own, ...part.arguments.flatMap((element) => elementInputs(reader, element))]
  }
  const inner = part.segments.flatMap((segment) =>
    typeof segment === 'string' ? [] : interpolated(reader, segment),
  )
  const path = part.segments.map((segment) => segmentText(reader, segment)).join('.')
  return [referred(reader, '.'.repeat(part.dots) + path), ...inner]
}

function called({ scope, at }: Reader, name: string, given: readonly Element[]): Input[] {
  const [first] = given
  if (first === undefined) return [{ kind: 'resolver', name }]
  const text = textOf(scope.evaluate(first, at))
  if (name === 'oc.env') {
    const value = Object.hasOwn(scope.env, text) ? (scope.env[text] ?? null) : null
    return [{ kind: 'environment', name: text, value }]
  }
  const reads = ['oc.select', 'oc.dict.keys', 'oc.dict.values', 'oc.deprecated'].includes(name)
  const target = reads ? [referred({ scope, at }, text)] : []
  const isNamed = name === 'run' || name === 'secret'
  return [{ kind: 'resolver', name: isNamed ? `${name}:${text}` : name }, ...target]
}

function referred({ scope, at }: Reader, text: string): Input {
  const dots = /^\.*/.exec(text)?.[0].length ?? 0
  const start = startOf(scope, at, dots)
  const found =
    start === undefined ? undefined : select(raw(scope), start, splitPath(text.slice(dots)))
  return { kind: 'reference', path: text, node: found && 'node' in found ? found.node : undefined }
}

/** The same scope, but the last step of a path is not followed further: an input is what was written. */
function raw(scope: Scope): Scope {
  const dereference = (node: Node): Node => {
    const value = scope.dereference(node)
    return value.kind === 'scalar' ? node : value
  }
  return { ...scope, dereference }
}

function elementInputs(reader: Reader, element: Element): Input[] {
  switch (element.kind) {
    case 'scalar':
      return []
    case 'text':
    case 'quoted':
      return partsInputs(reader, element.parts)
    case 'list':
      return element.items.flatMap((item) => elementInputs(reader, item))
    case 'map':
      return element.entries.flatMap(([, value]) => elementInputs(reader, value))
  }
}

function segmentText({ scope, at }: Reader, segment: Segment): string {
  if (typeof segment === 'string') return segment
  return textOf(scope.evaluate({ kind: 'text', parts: [segment] }, at))
}
