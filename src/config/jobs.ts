import { sweepParameters } from './hydra.js'
import { textOf } from './interpolation/text.js'
import type { OptionsOf } from './overrides/sweeps.js'
import { listJobs, readSpace } from './space.js'
import { type SweepWords, readSweepWords } from './sweep-words.js'
import type { Node } from './tree.js'

/**
 * The jobs of a grid over the words of a sweep, each the list of its override texts: keys in order of their first
 * appearance, the last varies fastest, a repeated key takes its last values.
 */
export function gridJobs(words: SweepWords, optionsOf: OptionsOf): string[][] {
  const { parts, rules } = readSpace(words, optionsOf)
  return listJobs(parts, rules, optionsOf)
}

/** The words that a config's `hydra.sweeper.params` stand for; they come before the typed ones. */
export function parameterWords(hydra: Node | undefined): SweepWords {
  const words = sweepParameters(hydra).map(({ key, node }) => `${key}=${textOf(node)}`)
  return readSweepWords(words, { file: 'hydra.sweeper.params', layer: 'hydra.sweeper.params' })
}

/** The sizes of batches of at most `size` jobs each. */
export function batchSizes(jobs: number, size: number): number[] {
  return Array.from({ length: Math.ceil(jobs / size) }, (_, batch) =>
    Math.min(size, jobs - batch * size),
  )
}
