import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { ConfigOf } from '../../src/model/architecture.js'
import type { ResolvedModel } from '../../src/spec/run-spec.js'

/** The hub's option of that name for 32x32 colour images of ten classes, with the values that a test is about. */
export function hubConfig<Name extends ResolvedModel['name']>(
  name: Name,
  changes: Partial<ConfigOf<Name>> = {},
): ConfigOf<Name> {
  const file = new URL(`../../configs/model/${name}.yaml`, import.meta.url)
  return {
    ...(parse(readFileSync(file, 'utf8')) as ConfigOf<Name>),
    num_classes: 10,
    in_channels: 3,
    image_size: [32, 32],
    cache_features: false,
    ...changes,
  }
}
