import { configError } from './config-error.js'
import { sweepParameters } from './hydra.js'
import { textOf } from './interpolation/text.js'
import type { Override } from './overrides/override.js'
import { parseOverrides } from './overrides/parser.js'
import { type OptionsOf, overrideText, signedKey, sweepValues } from './overrides/sweeps.js'
import { elementText, isSweep } from './overrides/values.js'
import type { Node } from './tree.js'

const most = 1_000_000

/**
 * The jobs of a grid over overrides, each the list of its override texts: keys in order of their first appearance, the
 * last varies fastest, a repeated key takes its last values.
 */
export function gridJobs(overrides: readonly Override[], optionsOf: OptionsOf): string[][] {
  const axes = new Map<string, string[]>()
  for (const override of overrides) axes.set(signedKey(override), jobTexts(override, optionsOf))
  let count = 1
  for (const texts of axes.values()) count *= texts.length
  if (count > most) throw configError('other', `A grid of ${count} jobs is too large`)
  let jobs: string[][] = [[]]
  for (const texts of axes.values()) {
    jobs = jobs.flatMap((job) => texts.map((text) => [...job, text]))
  }
  return jobs
}

/** The overrides that a config's `hydra.sweeper.params` stand for; they come before the typed ones. */
export function parameterOverrides(hydra: Node | undefined): Override[] {
  const words = sweepParameters(hydra).map(({ key, node }) => `${key}=${textOf(node)}`)
  return parseOverrides(words, { file: 'hydra.sweeper.params', layer: 'hydra.sweeper.params' })
}

/** The sizes of batches of at most `size` jobs each. */
export function batchSizes(jobs: number, size: number): number[] {
  return Array.from({ length: Math.ceil(jobs / size) }, (_, batch) =>
    Math.min(size, jobs - batch * size),
  )
}

function jobTexts(override: Override, optionsOf: OptionsOf): string[] {
  const { value } = override
  if (value !== undefined && isSweep(value)) {
    return sweepValues(value, override, optionsOf).map((option) => overrideText(override, option))
  }
  return [`${signedKey(override)}=${elementText(value ?? null)}`]
}
