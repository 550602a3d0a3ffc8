import { composeRoot } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'
import type { SchedulerConfig, TrainConfig } from '../../src/spec/types.gen.js'

type Variant<Name> = Extract<SchedulerConfig, { name: Name }>

/** The shipped option of a schedule, complete; tests change what they are about. */
export function schedulerConfig<Name extends SchedulerConfig['name']>(
  name: Name,
  changes: Partial<Variant<Name>> = {},
): Variant<Name> {
  const context = { cwd: '/', env: {}, settings: defaultSettings }
  const config = composeRoot('train', [`scheduler=${name}`], context).config
  return { ...((config as unknown as TrainConfig).scheduler as Variant<Name>), ...changes }
}
