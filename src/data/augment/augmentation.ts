import type { Random } from '../../core/random.js'
import type { AugmentationConfig } from '../../spec/types.gen.js'
import { affine } from './affine.js'
import { blur } from './blur.js'
import { brightness } from './brightness.js'
import { colourJitter } from './colour-jitter.js'
import { contrast } from './contrast.js'
import { coarseDropout } from './dropout.js'
import { horizontalFlip, verticalFlip } from './flip.js'
import { gaussianNoise } from './gaussian-noise.js'
import { posterize } from './posterize.js'
import { randAugment } from './rand-augment.js'
import { randomCrop } from './random-crop.js'
import { randomErasing } from './random-erasing.js'
import { rotate } from './rotate.js'
import { shift } from './shift.js'
import type { ImageShape, Picture, Transform } from './transform.js'

type Name = Exclude<
  keyof AugmentationConfig,
  'name' | 'augment_validation' | 'swap_brightness_and_contrast' | 'mixup' | 'cutmix'
>

/** Every transform of single images by its config key, in the order in which they are applied. */
const transforms = {
  hflip: horizontalFlip,
  vflip: verticalFlip,
  rotate,
  posterize,
  contrast,
  brightness,
  blur,
  coarse_dropout: coarseDropout,
  shift,
  random_crop: randomCrop,
  affine,
  colour_jitter: colourJitter,
  gaussian_noise: gaussianNoise,
  rand_augment: randAugment,
  random_erasing: randomErasing,
} satisfies { [Key in Name]: Transform<AugmentationConfig[Key]> }

/** Changes one image in place, as its own stream of random numbers decides. */
export type Augmentation = (pixels: Uint8Array, random: Random) => void

/** Whether a config switches any transform of single images on. */
export function isActive(config: AugmentationConfig): boolean {
  return Object.keys(transforms).some((name) => config[name as Name].p > 0)
}

interface Step {
  readonly p: number
  readonly apply: (picture: Picture, random: Random) => void
}

/** The transforms that a config switches on, for images of one shape; null when it switches on none. */
export function createAugmentation(
  config: AugmentationConfig,
  shape: ImageShape,
): Augmentation | null {
  const steps = Object.entries(transforms).flatMap(([name, transform]): Step[] => {
    const own = config[name as Name]
    const { p } = config[switchOf(name as Name, config)]
    const run = transform as Transform<unknown>
    return p > 0 ? [{ p, apply: (picture, random) => run(picture, own, random) }] : []
  })
  if (steps.length === 0) return null
  const scratch = new Uint8Array(shape[0] * shape[1] * shape[2])
  return (pixels, random) => {
    const picture = { shape, pixels, scratch }
    for (const { p, apply } of steps) if (random.uniform() < p) apply(picture, random)
  }
}

/** Under which key a transform's probability is found. */
function switchOf(name: Name, { swap_brightness_and_contrast }: AugmentationConfig): Name {
  if (!swap_brightness_and_contrast) return name
  return name === 'brightness' ? 'contrast' : name === 'contrast' ? 'brightness' : name
}
