import type { ShiftConfig } from '../../spec/types.gen.js'
import { resample } from './resample.js'
import { between, type Transform } from './transform.js'

/** Moves the image by a uniform share of its width and of its height: nearest neighbour, black where nothing is left. */
export const shift: Transform<ShiftConfig> = (picture, { limit }, random) => {
  const [height, width] = picture.shape
  const right = between(random, [-limit, limit]) * width
  const down = between(random, [-limit, limit]) * height
  resample(picture, { x0: -right, xx: 1, xy: 0, y0: -down, yx: 0, yy: 1 })
}
