import type { BrightnessConfig } from '../../spec/types.gen.js'
import { mapValues } from './map-values.js'
import { between, type Transform } from './transform.js'

/** Adds 255 U(-limit, limit) to each value, clipped and truncated (albumentations 1.3.1). */
export const brightness: Transform<BrightnessConfig> = ({ pixels }, { limit }, random) => {
  const change = 255 * between(random, [-limit, limit])
  mapValues(pixels, (value) => value + change)
}
