import type { Axes, Axis, SampledAxis } from '../config/axes.js'
import { distinct } from '../config/space.js'
import { AppError } from '../core/errors.js'
import { lookUp } from '../core/table.js'
import type { SamplerConfig } from '../spec/types.gen.js'
import { samplers, type SamplerKind } from './samplers/samplers.js'

const attempts = 1000

/** Every key of a sweep that an axis sets, in order. */
export function columnsOf(axes: readonly Axis[]): string[] {
  return axes.flatMap((axis) => (axis.kind === 'joint' ? axis.keys : [axis.key]))
}

/**
 * The choices of every trial, one word for each column, empty where the trial leaves the key alone. The seeds are no
 * matter for the sampler: each choice is repeated with all of them.
 */
export function chooseTrials(config: SamplerConfig, { axes, judge }: Axes): (readonly string[])[] {
  const sampler: SamplerKind = lookUp(samplers, config.name, 'sampler')
  const place = axes.findIndex((axis) => axis.key === 'seed' && axis.kind === 'choice')
  const seeds = axes[place]
  const searched = axes.filter((axis) => axis !== seeds).map(asSampled)
  const repeat = (point: readonly string[]): string[][] =>
    (seeds?.kind === 'choice'
      ? seeds.options.map((seed) => point.toSpliced(place, 0, seed))
      : [point]
    ).map((words) => columnWords(axes, words))
  const count = searched.length === 0 ? 1 : sampler.count(config, searched)
  const trials = Array.from({ length: count }, (_, number) => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const words = repeat(sampler.choose(config, searched, number, [], attempt))
      if (sampler.exhaustive || words.length === 0) return words
      const admitted = words.map(judge).filter(({ allowed }) => allowed)
      if (admitted.length > 0) return admitted.map((verdict) => verdict.words)
    }
    throw new AppError(
      'config_conflict',
      `The forbid rules leave nothing to draw for trial ${number}`,
      {
        hint: `${attempts} draws in a row were forbidden.`,
      },
    )
  })
  return sampler.exhaustive ? distinct(trials.flat(), judge) : trials.flat()
}

/** One value of every axis that the base config can be composed with. */
export function firstChoice({ axes, judge }: Axes): readonly string[] {
  return judge(columnWords(axes, axes.map(asSampled).map(firstWord))).words
}

/** Samplers choose one word of an axis; rows of several words go by their number. */
function asSampled(axis: Axis): SampledAxis {
  if (axis.kind !== 'joint') return axis
  return { key: axis.key, kind: 'choice', options: axis.options.map((_, row) => String(row)) }
}

function columnWords(axes: readonly Axis[], point: readonly string[]): string[] {
  return axes.flatMap((axis, index) => {
    const word = point[index] ?? ''
    if (axis.kind !== 'joint') return [word]
    return word === '' ? axis.keys.map(() => '') : (axis.options[Number(word)] ?? [])
  })
}

function firstWord(axis: SampledAxis): string {
  if (axis.kind === 'choice') return axis.options[0] ?? ''
  const middle = (axis.low + axis.high) / 2
  return `${axis.key}=${axis.integer ? Math.floor(middle) : middle}`
}
