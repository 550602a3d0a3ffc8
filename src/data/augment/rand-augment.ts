import type { RandAugmentConfig } from '../../spec/types.gen.js'
import { blend } from './blend.js'
import { meanGrey, saturate } from './colour.js'
import { equalize, sharpen, stretch } from './histogram.js'
import { mapValues } from './map-values.js'
import { resample } from './resample.js'
import type { Picture, Transform } from './transform.js'

/** A change of an image at a strength from 0 to 1; `signed` ones are mirrored half of the time. */
interface Operation {
  readonly signed: boolean
  apply(picture: Picture, strength: number): void
}

/** The operations of torchvision's RandAugment on PIL images with their ranges, in its order. */
const operations: readonly Operation[] = [
  { signed: false, apply: () => undefined },
  { signed: true, apply: (picture, strength) => linear(picture, { xy: 0.3 * strength }) },
  { signed: true, apply: (picture, strength) => linear(picture, { yx: 0.3 * strength }) },
  {
    signed: true,
    apply: (picture, strength) => moved(picture, (150 / 331) * strength * picture.shape[1], 0),
  },
  {
    signed: true,
    apply: (picture, strength) => moved(picture, 0, (150 / 331) * strength * picture.shape[0]),
  },
  { signed: true, apply: (picture, strength) => turned(picture, (30 * strength * Math.PI) / 180) },
  {
    signed: true,
    apply: ({ pixels }, strength) =>
      mapValues(pixels, (value) => blend(0, value, 1 + 0.9 * strength)),
  },
  {
    signed: true,
    apply: ({ pixels, shape }, strength) => saturate(pixels, shape[2], 1 + 0.9 * strength),
  },
  {
    signed: true,
    apply({ pixels, shape }, strength) {
      const mean = meanGrey(pixels, shape[2])
      mapValues(pixels, (value) => blend(mean, value, 1 + 0.9 * strength))
    },
  },
  { signed: true, apply: (picture, strength) => sharpen(picture, 1 + 0.9 * strength) },
  {
    signed: false,
    apply({ pixels }, strength) {
      const kept = 256 - 2 ** Math.round(4 * strength)
      mapValues(pixels, (value) => value & kept)
    },
  },
  {
    signed: false,
    apply({ pixels }, strength) {
      const threshold = 255 * (1 - strength)
      mapValues(pixels, (value) => (value >= threshold ? 255 - value : value))
    },
  },
  { signed: false, apply: (picture) => stretch(picture) },
  { signed: false, apply: (picture) => equalize(picture) },
]

/** Some operations one after the other, drawn uniformly, all of one strength (Cubuk et al. 2019; torchvision). */
export const randAugment: Transform<RandAugmentConfig> = (picture, config, random) => {
  for (let count = 0; count < config.operations; count++) {
    const operation = operations[random.integer(operations.length)] as Operation
    const strength = config.magnitude / 30
    const mirrored = operation.signed && random.uniform() < 0.5
    operation.apply(picture, mirrored ? -strength : strength)
  }
}

/** Shears about the image's upper left corner, which is half a pixel from the first pixel's centre. */
function linear(picture: Picture, { xy = 0, yx = 0 }: { xy?: number; yx?: number }): void {
  resample(picture, { x0: xy / 2, xx: 1, xy, y0: yx / 2, yx, yy: 1 })
}

/** By whole pixels, truncated. */
function moved(picture: Picture, right: number, down: number): void {
  resample(picture, { x0: -Math.trunc(right), xx: 1, xy: 0, y0: -Math.trunc(down), yx: 0, yy: 1 })
}

function turned(picture: Picture, angle: number): void {
  const [height, width] = picture.shape
  const [x, y] = [(width - 1) / 2, (height - 1) / 2]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [x0, y0] = [x - cos * x + sin * y, y - sin * x - cos * y]
  resample(picture, { x0, xx: cos, xy: -sin, y0, yx: sin, yy: cos })
}
