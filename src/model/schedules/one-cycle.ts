import type { Resolved } from '../../spec/run-spec.js'
import type { OneCycleScheduleConfig } from '../../spec/types.gen.js'
import { lengthOf, neverReached, type Schedule } from './schedule.js'

type Config = Resolved<OneCycleScheduleConfig>

/**
 * PyTorch's OneCycleLR: from max_lr / div_factor up to max_lr and down to the beginning / final_div_factor, the base
 * rate being ignored; the momentum goes the other way. Phases end at real numbers of units, counted from 0. PyTorch
 * refuses more than total_steps units; here the last rate stays.
 */
export const oneCycle: Schedule<Config> = {
  rate(config, _base, unit) {
    const { max_lr, div_factor, final_div_factor, three_phase } = config
    const initial = max_lr / div_factor
    const end = initial / final_div_factor
    return along(config, unit, [initial, max_lr, ...(three_phase ? [initial] : []), end])
  },
  momentum(config, unit) {
    const { base_momentum, max_momentum, three_phase } = config
    if (!config.cycle_momentum) return null
    const late = three_phase ? [max_momentum, max_momentum] : [max_momentum]
    return along(config, unit, [max_momentum, base_momentum, ...late])
  },
  warnings({ total_steps, interval }, extent) {
    if (total_steps >= extent.units) {
      return neverReached(extent, [[total_steps - 1, `the end of the cycle`]])
    }
    const length = lengthOf({ units: total_steps, interval })
    return [`the cycle is over after ${length} (total_steps): the rate stays at its lowest`]
  },
}

function along(config: Config, unit: number, levels: readonly number[]): number {
  const last = config.total_steps - 1
  const ends = phaseEnds(config)
  const at = Math.min(unit, last)
  const found = ends.findIndex((end) => at <= end)
  const phase = found === -1 ? ends.length - 1 : found
  const [start, end] = [phase === 0 ? 0 : (ends[phase - 1] as number), ends[phase] as number]
  const share = end === start ? 1 : (at - start) / (end - start)
  const [from, to] = [levels[phase] as number, levels[phase + 1] as number]
  return config.anneal_strategy === 'linear'
    ? from + (to - from) * share
    : to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share))
}

function phaseEnds({ pct_start, total_steps, three_phase }: Config): number[] {
  const up = pct_start * total_steps
  return three_phase ? [up - 1, 2 * up - 2, total_steps - 1] : [up - 1, total_steps - 1]
}
