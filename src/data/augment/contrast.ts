import type { ContrastConfig } from '../../spec/types.gen.js'
import { mapValues } from './map-values.js'
import { between, type Transform } from './transform.js'

/** Multiplies each value by 1 + U(-limit, limit), clipped and truncated (albumentations 1.3.1). */
export const contrast: Transform<ContrastConfig> = ({ pixels }, { limit }, random) => {
  const factor = 1 + between(random, [-limit, limit])
  mapValues(pixels, (value) => value * factor)
}
