import type { Resolved } from '../../spec/run-spec.js'
import type { PlateauScheduleConfig } from '../../spec/types.gen.js'
import type { Schedule } from './schedule.js'

type Config = Resolved<PlateauScheduleConfig>

/**
 * PyTorch's ReduceLROnPlateau: the rate is multiplied by factor when the metric has not improved for more than
 * `patience` epochs. It is a fold over all metrics so far, so nothing but these has to be kept.
 */
export const plateau: Schedule<Config> = {
  rate(config, base, _unit, metrics) {
    let [rate, best, bad, cooling] = [base, config.mode === 'min' ? Infinity : -Infinity, 0, 0]
    for (const metric of metrics) {
      if (isBetter(config, metric, best)) [best, bad] = [metric, 0]
      else bad += 1
      if (cooling > 0) [cooling, bad] = [cooling - 1, 0]
      if (bad <= config.patience) continue
      const lower = Math.max(rate * config.factor, config.min_lr)
      if (rate - lower > config.eps) rate = lower
      ;[cooling, bad] = [config.cooldown, 0]
    }
    return rate
  },
}

/** NaN is never better. */
function isBetter(config: Config, metric: number, best: number): boolean {
  const { mode, threshold, threshold_mode } = config
  if (threshold_mode === 'rel') {
    return mode === 'min' ? metric < best * (1 - threshold) : metric > best * (1 + threshold)
  }
  return mode === 'min' ? metric < best - threshold : metric > best + threshold
}
