import { choiceKey, type Override } from './overrides/override.js'
import { type MapNode, listNode, mapNode, scalarNode, setChild } from './tree.js'

/** What the `run:` resolver knows: inputs of the composition, no clock and no process. */
export interface RunFacts {
  /** The working directory, an input like the words. */
  readonly cwd: string
  readonly choices: ReadonlyMap<string, string | null>
  /** All overrides; those of settings and files are left out. */
  readonly overrides: readonly Override[]
  /** Keys that are no part of the config that is run, as `sampler` is no part of a trial. */
  readonly isOutside: (key: string) => boolean
}

/** The values of `run:` as nodes: `cwd`, `choices` by group, and the typed `overrides`. */
export function runValues({ cwd, choices, overrides, isOutside }: RunFacts): MapNode {
  const origin = { text: { file: 'run', text: '', layer: 'run' }, start: 0, end: 0 }
  const chosen = mapNode(origin)
  for (const [key, option] of choices) {
    if (!isOutside(key)) setChild(chosen, key, scalarNode(option, origin, true))
  }
  const typed = overrides.filter(
    (override) => override.origin.text.layer === 'command line' && !isOutside(choiceKey(override)),
  )
  const texts = typed.map(({ input }) => scalarNode(input, origin, true))
  const values = mapNode(origin)
  setChild(values, 'cwd', scalarNode(cwd, origin, true))
  setChild(values, 'choices', chosen)
  setChild(values, 'overrides', listNode(origin, texts))
  return values
}
