import type { RandomErasingConfig } from '../../spec/types.gen.js'
import { between, type Transform } from './transform.js'

const tries = 10

/**
 * Fills one rectangle of uniform area and log-uniform aspect ratio (height over width) with a value; an image in which
 * ten of them do not fit stays as it is (Zhong et al. 2017; torchvision, RandomErasing).
 */
export const randomErasing: Transform<RandomErasingConfig> = (picture, config, random) => {
  const [height, width, channels] = picture.shape
  const logRatio = [Math.log(config.ratio[0]), Math.log(config.ratio[1])] as const
  for (let attempt = 0; attempt < tries; attempt++) {
    const area = between(random, config.scale) * height * width
    const aspect = Math.exp(between(random, logRatio))
    const high = Math.round(Math.sqrt(area * aspect))
    const wide = Math.round(Math.sqrt(area / aspect))
    if (high >= height || wide >= width || high < 1 || wide < 1) continue
    const top = random.integer(height - high + 1)
    const left = random.integer(width - wide + 1)
    for (let y = top; y < top + high; y++) {
      const start = (y * width + left) * channels
      picture.pixels.fill(config.value, start, start + wide * channels)
    }
    return
  }
}
