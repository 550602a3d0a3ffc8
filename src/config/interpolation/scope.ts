import type { Container, Node } from '../tree.js'
import type { Element } from './grammar.js'

/** What the interpolations of one tree may read, and what has been resolved of it. */
export interface Scope {
  readonly root: Container
  readonly env: Readonly<Record<string, string | null | undefined>>
  /** The value a node stands for: itself, or what its references lead to (a container stays in its own place). */
  readonly dereference: (node: Node) => Node
  /** The value of a resolver's argument in a text at a node. */
  readonly evaluate: (element: Element, at: Node) => Node
}
