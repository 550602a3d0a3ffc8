import type { Resolved } from '../../spec/run-spec.js'
import type { CosineWarmRestartsScheduleConfig } from '../../spec/types.gen.js'
import { neverReached, type Schedule } from './schedule.js'

type Config = Resolved<CosineWarmRestartsScheduleConfig>

/**
 * PyTorch's CosineAnnealingWarmRestarts: a cosine from the base rate to eta_min in periods of t_0, t_0 * t_mult,
 * t_0 * t_mult^2 ... units, of which a fraction may have passed.
 */
export const cosineWarmRestarts: Schedule<Config> = {
  rate(config, base, unit) {
    const { passed, length } = periodAt(config, unit)
    const height = (1 + Math.cos((Math.PI * passed) / length)) / 2
    return config.eta_min + (base - config.eta_min) * height
  },
  warnings: ({ t_0 }, extent) => neverReached(extent, [[t_0, `the first restart (t_0 ${t_0})`]]),
}

function periodAt({ t_0, t_mult }: Config, unit: number): { passed: number; length: number } {
  if (t_mult === 1) return { passed: unit % t_0, length: t_0 }
  let [passed, length] = [unit, t_0]
  while (passed >= length) {
    passed -= length
    length *= t_mult
  }
  return { passed, length }
}
