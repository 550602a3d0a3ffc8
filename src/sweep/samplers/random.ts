import type { IntervalAxis, SampledAxis } from '../../config/axes.js'
import { AppError } from '../../core/errors.js'
import { Random } from '../../core/random.js'
import type { RandomSamplerConfig } from '../../spec/types.gen.js'
import type { SamplerKind } from './samplers.js'

/** Independent draws: trial `number` depends on the sampler's seed and that number alone. */
export const random: SamplerKind<RandomSamplerConfig> = {
  exhaustive: false,
  count(config, axes) {
    for (const axis of axes) if (axis.kind === 'interval') checkInterval(axis)
    return config.trials
  },
  choose(config, axes, number, _, attempt = 0) {
    const name = attempt === 0 ? `sampler/${number}` : `sampler/${number}/${attempt}`
    const source = new Random(config.seed, name)
    return axes.map((axis) => draw(axis, source))
  },
}

function draw(axis: SampledAxis, source: Random): string {
  if (axis.kind === 'choice') return axis.options[source.integer(axis.options.length)] ?? ''
  return `${axis.key}=${drawNumber(axis, source.uniform())}`
}

/**
 * A number of the interval, both ends included, uniform or uniform in its logarithm. Integers on a log scale round a
 * draw from half a step around the ends, so that the ends are not rarer. Other numbers keep six digits.
 */
function drawNumber({ low, high, integer, log }: IntervalAxis, uniform: number): number {
  const margin = integer ? 0.5 : 0
  const [from, to] = [low - margin, high + margin]
  const value = log
    ? Math.exp(Math.log(from) + uniform * (Math.log(to) - Math.log(from)))
    : from + uniform * (to - from)
  const rounded = integer ? Math.round(value) : Number(value.toPrecision(6))
  return Math.min(high, Math.max(low, rounded))
}

function checkInterval({ key, low, high, log }: IntervalAxis): void {
  if (low < high && !(log && low <= 0)) return
  const problem =
    low < high ? 'a log scale needs a low end above 0' : 'its low end is not below its high end'
  throw new AppError('config_conflict', `The interval of ${key} cannot be searched: ${problem}`)
}
