import type { RotateConfig } from '../../spec/types.gen.js'
import { resample } from './resample.js'
import { between, type Transform } from './transform.js'

/**
 * Turns the image counter-clockwise by a uniform angle of -limit to limit degrees about its centre
 * (w/2 - 0.5, h/2 - 0.5): nearest neighbour, black corners (albumentations 1.3.1, Rotate).
 */
export const rotate: Transform<RotateConfig> = (picture, { limit }, random) => {
  const angle = (between(random, [-limit, limit]) * Math.PI) / 180
  const [height, width] = picture.shape
  const [centreX, centreY] = [width / 2 - 0.5, height / 2 - 0.5]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  resample(picture, {
    x0: centreX - cos * centreX + sin * centreY,
    xx: cos,
    xy: -sin,
    y0: centreY - sin * centreX - cos * centreY,
    yx: sin,
    yy: cos,
  })
}
