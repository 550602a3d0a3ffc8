import type { AffineConfig } from '../../spec/types.gen.js'
import { resample } from './resample.js'
import { between, type Transform } from './transform.js'

/**
 * Shears along x, scales and turns the image counter-clockwise about its centre and moves it by whole pixels, each by a
 * uniform amount: nearest neighbour, black where nothing is left (torchvision, RandomAffine).
 */
export const affine: Transform<AffineConfig> = (picture, config, random) => {
  const [height, width] = picture.shape
  const radians = (degrees: number) => (between(random, [-degrees, degrees]) * Math.PI) / 180
  const angle = radians(config.degrees)
  const right = Math.round(between(random, [-config.translate, config.translate]) * width)
  const down = Math.round(between(random, [-config.translate, config.translate]) * height)
  const scale = between(random, config.scale)
  const shear = Math.tan(radians(config.shear))
  const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale]
  const [xx, xy] = [cos - shear * sin, -sin - shear * cos]
  const [centreX, centreY] = [width / 2 - 0.5, height / 2 - 0.5]
  resample(picture, {
    x0: centreX - xx * (centreX + right) - xy * (centreY + down),
    xx,
    xy,
    y0: centreY - sin * (centreX + right) - cos * (centreY + down),
    yx: sin,
    yy: cos,
  })
}
