import type { CoarseDropoutConfig } from '../../spec/types.gen.js'
import { integerBetween, type Transform } from './transform.js'

/** Blackens some rectangles, each of uniform size and position (albumentations 1.3.1, CoarseDropout). */
export const coarseDropout: Transform<CoarseDropoutConfig> = (picture, config, random) => {
  const [height, width, channels] = picture.shape
  const holes = integerBetween(random, config.holes)
  for (let hole = 0; hole < holes; hole++) {
    const high = Math.min(height, integerBetween(random, config.height))
    const wide = Math.min(width, integerBetween(random, config.width))
    const top = random.integer(height - high + 1)
    const left = random.integer(width - wide + 1)
    for (let y = top; y < top + high; y++) {
      const start = (y * width + left) * channels
      picture.pixels.fill(0, start, start + wide * channels)
    }
  }
}
