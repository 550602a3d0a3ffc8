import type { Resolved } from '../../spec/run-spec.js'
import type { CyclicScheduleConfig } from '../../spec/types.gen.js'
import { neverReached, type Schedule } from './schedule.js'

type Config = Resolved<CyclicScheduleConfig>

/**
 * PyTorch's CyclicLR (arXiv:1506.01186): base_lr + (max_lr - base_lr) * height, the height going from 0 to 1 and back,
 * scaled by the mode; the optimizer's rate is ignored. The momentum goes the other way.
 */
export const cyclic: Schedule<Config> = {
  rate: (config, _base, unit) =>
    config.base_lr + (config.max_lr - config.base_lr) * heightAt(config, unit),
  momentum(config, unit) {
    const { base_momentum, max_momentum } = config
    if (!config.cycle_momentum) return null
    return max_momentum - (max_momentum - base_momentum) * heightAt(config, unit)
  },
  warnings: ({ step_size_up }, extent) =>
    neverReached(extent, [[step_size_up, `the highest rate (step_size_up ${step_size_up})`]]),
}

function heightAt(config: Config, unit: number): number {
  const total = config.step_size_up + config.step_size_down
  const cycle = Math.floor(1 + unit / total)
  const share = 1 + unit / total - cycle
  const top = config.step_size_up / total
  const height = share <= top ? share / top : (share - 1) / (top - 1)
  return height * scales[config.mode](config, cycle, unit)
}

const scales: Record<Config['mode'], (config: Config, cycle: number, unit: number) => number> = {
  triangular: () => 1,
  triangular2: (_config, cycle) => 1 / 2 ** (cycle - 1),
  exp_range: ({ gamma }, _cycle, unit) => gamma ** unit,
}
