import type { Resolved } from '../../spec/run-spec.js'
import type { LambdaScheduleConfig } from '../../spec/types.gen.js'
import { lengthOf, type Schedule } from './schedule.js'

type Config = Resolved<LambdaScheduleConfig>
type Lambda = (unit: number, config: Config) => number

/** What PyTorch's LambdaLR is mostly used for: factors with a straight warm-up from 0. */
const lambdas = {
  warmup_cosine: (unit, { warmup, total }) =>
    unit < warmup
      ? unit / warmup
      : Math.max(0, (1 + Math.cos((Math.PI * (unit - warmup)) / (total - warmup))) / 2),
  warmup_linear: (unit, { warmup, total }) =>
    unit < warmup ? unit / warmup : Math.max(0, (total - unit) / (total - warmup)),
  inverse_sqrt: (unit, { warmup }) => Math.min((unit + 1) ** -0.5, (unit + 1) * warmup ** -1.5),
} satisfies Record<Config['lambda'], Lambda>

/** PyTorch's LambdaLR: base * lambda(unit), with a lambda of the table. */
export const lambda: Schedule<Config> = {
  rate: (config, base, unit) => base * lambdas[config.lambda](unit, config),
  warnings(config, { units, interval }) {
    if (config.lambda === 'inverse_sqrt') return []
    const zero = interval === 'epoch' && config.warmup > 0
    return [
      ...(zero ? ['the rate is 0 in the first epoch: scheduler.interval=step avoids that'] : []),
      ...(config.total < units
        ? [`the form of ${config.lambda} ends after ${lengthOf({ units: config.total, interval })}`]
        : []),
    ]
  },
}
