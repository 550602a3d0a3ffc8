import { AppError } from '../../core/errors.js'
import type { GridSamplerConfig } from '../../spec/types.gen.js'
import type { SamplerKind } from './samplers.js'

/** Every combination, the last axis varying fastest. */
export const grid: SamplerKind<GridSamplerConfig> = {
  exhaustive: true,
  count: (_, axes) =>
    axes.reduce((product, axis) => {
      if (axis.kind === 'choice') return product * axis.options.length
      throw new AppError('config_conflict', `A grid cannot list the values of ${axis.key}`, {
        hint: `An interval needs sampler=random; for a grid, list values: ${axis.key}=range(...) or ${axis.key}=a,b,c.`,
      })
    }, 1),
  choose(_, axes, number) {
    let rest = number
    const words: string[] = []
    for (const axis of axes.toReversed()) {
      if (axis.kind !== 'choice') continue
      words.unshift(axis.options[rest % axis.options.length] ?? '')
      rest = Math.floor(rest / axis.options.length)
    }
    return words
  },
}
