import type { GaussianNoiseConfig } from '../../spec/types.gen.js'
import type { Transform } from './transform.js'

/** Adds normal noise of the given standard deviation (in units of 0..255) to each value, rounded and clipped. */
export const gaussianNoise: Transform<GaussianNoiseConfig> = ({ pixels }, { std }, random) => {
  for (let i = 0; i < pixels.length; i++) {
    const value = Math.round((pixels[i] as number) + std * random.normal())
    pixels[i] = Math.max(0, Math.min(255, value))
  }
}
