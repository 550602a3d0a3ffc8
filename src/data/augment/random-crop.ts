import type { Random } from '../../core/random.js'
import type { RandomCropConfig } from '../../spec/types.gen.js'
import { between, type ImageShape, type Transform } from './transform.js'

interface Box {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

const tries = 10

/**
 * Cuts out a box of uniform area and log-uniform aspect ratio and stretches it to the image's size, nearest neighbour;
 * after ten boxes that do not fit, the largest central one of a permitted aspect (torchvision, RandomResizedCrop).
 */
export const randomCrop: Transform<RandomCropConfig> = (picture, config, random) => {
  const { pixels, scratch, shape } = picture
  const [height, width, channels] = shape
  const box = chooseBox(shape, config, random)
  scratch.set(pixels)
  let target = 0
  for (let y = 0; y < height; y++) {
    const row = (box.top + Math.floor((y * box.height) / height)) * width
    for (let x = 0; x < width; x++) {
      const source = (row + box.left + Math.floor((x * box.width) / width)) * channels
      for (let c = 0; c < channels; c++) pixels[target++] = scratch[source + c] as number
    }
  }
}

function chooseBox(shape: ImageShape, { scale, ratio }: RandomCropConfig, random: Random): Box {
  const [height, width] = shape
  const logRatio = [Math.log(ratio[0]), Math.log(ratio[1])] as const
  for (let attempt = 0; attempt < tries; attempt++) {
    const area = between(random, scale) * height * width
    const aspect = Math.exp(between(random, logRatio))
    const wide = Math.round(Math.sqrt(area * aspect))
    const high = Math.round(Math.sqrt(area / aspect))
    if (wide < 1 || high < 1 || wide > width || high > height) continue
    const top = random.integer(height - high + 1)
    return { top, left: random.integer(width - wide + 1), height: high, width: wide }
  }
  return centralBox(height, width, ratio)
}

function centralBox(
  height: number,
  width: number,
  [narrow, broad]: readonly [number, number],
): Box {
  const aspect = width / height
  const high = aspect < narrow ? Math.round(width / narrow) : height
  const wide = aspect > broad ? Math.round(height * broad) : width
  return { top: (height - high) >> 1, left: (width - wide) >> 1, height: high, width: wide }
}
