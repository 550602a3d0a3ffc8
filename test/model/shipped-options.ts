import { composeRoot } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'
import type { LossConfig, SchedulerConfig, TrainConfig } from '../../src/spec/types.gen.js'

type Variant<Config, Name> = Extract<Config, { name: Name }>

/** The shipped option of a schedule, complete; tests change what they are about. */
export function schedulerConfig<Name extends SchedulerConfig['name']>(
  name: Name,
  changes: Partial<Variant<SchedulerConfig, Name>> = {},
): Variant<SchedulerConfig, Name> {
  const { scheduler } = composed(`scheduler=${name}`)
  return { ...(scheduler as Variant<SchedulerConfig, Name>), ...changes }
}

/** The shipped option of a loss. */
export function lossConfig<Name extends LossConfig['name']>(
  name: Name,
  changes: Partial<Variant<LossConfig, Name>> = {},
): Variant<LossConfig, Name> {
  const { loss } = composed(`loss=${name}`)
  return { ...(loss as Variant<LossConfig, Name>), ...changes }
}

function composed(word: string): TrainConfig {
  const context = { cwd: '/', env: {}, settings: defaultSettings }
  return composeRoot('train', [word], context).config
}
