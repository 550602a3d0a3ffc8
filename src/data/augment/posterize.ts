import type { PosterizeConfig } from '../../spec/types.gen.js'
import { integerBetween, type Transform } from './transform.js'

/** Keeps only the high bits of each value; their number is uniform. */
export const posterize: Transform<PosterizeConfig> = ({ pixels }, { bits }, random) => {
  const kept = 256 - 2 ** (8 - integerBetween(random, bits))
  for (let i = 0; i < pixels.length; i++) pixels[i] = (pixels[i] as number) & kept
}
