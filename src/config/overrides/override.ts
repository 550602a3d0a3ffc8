import type { Origin } from '../tree.js'
import type { Element } from './values.js'

export type OverrideType = 'change' | 'add' | 'force-add' | 'delete' | 'extend-list'

/** One parsed override, with the places of its key and value in the typed words. */
export interface Override {
  readonly type: OverrideType
  /** A config path with dots, or a group with slashes. */
  readonly key: string
  readonly package: string | undefined
  /** Undefined for a bare delete. */
  readonly value: Element | undefined
  readonly input: string
  readonly origin: Origin
  readonly keyOrigin: Origin
  readonly valueOrigin: Origin
}

/** The key with its package, as defaults lists name their choices: `db` or `db@backup`. */
export function choiceKey(override: Override): string {
  return override.package === undefined ? override.key : `${override.key}@${override.package}`
}
