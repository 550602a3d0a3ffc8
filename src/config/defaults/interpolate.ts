import { AppError } from '../../core/errors.js'
import { configError } from '../config-error.js'
import { createScope } from '../interpolation/resolve.js'
import { mapNode, scalarNode, setChild } from '../tree.js'
import type { Placed } from './place.js'

/** Fills the `${group}` references of an item in from the choices that are known. */
export function resolveChoices(
  placed: Placed,
  known: ReadonlyMap<string, string | null>,
  env: Readonly<Record<string, string | null | undefined>>,
): Placed {
  const { item } = placed
  const { origin } = item
  const root = mapNode(origin)
  for (const [key, option] of known) setChild(root, key, scalarNode(option, origin, true))
  const text = item.kind === 'config' ? item.path : String(item.value)
  const node = scalarNode(text, origin)
  node.parent = root
  let resolved
  try {
    resolved = createScope(root, env).dereference(node)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw configError('composition', `Cannot fill in '${text}': ${error.message}`, {
      origin,
      cause: error,
      hint: `Choices known here: ${[...known.keys()].join(', ') || 'none'}.`,
    })
  }
  const name = resolved.kind === 'scalar' ? resolved.value : undefined
  if (typeof name !== 'string') {
    throw configError('composition', `'${text}' does not give the name of an option`, { origin })
  }
  return {
    ...placed,
    item: item.kind === 'config' ? { ...item, path: name } : { ...item, value: name },
  }
}
