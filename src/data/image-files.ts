import { readFile } from 'node:fs/promises'
import type { Sharp } from 'sharp'
import { AppError, systemCode } from '../core/errors.js'
import type { PredictConfig } from '../spec/types.gen.js'
import { reasonOf } from './reason.js'

/** What the model wants to see. */
export interface ImageTarget {
  /** Height, width, channels (1 grey, 3 RGB). */
  readonly shape: readonly [number, number, number]
  readonly invert: PredictConfig['invert']
}

/** A decoded image, uint8 HWC of the asked shape. */
export interface DecodedImage {
  readonly pixels: Uint8Array
  readonly inverted: boolean
}

/** Larger images are shrunk to this first, so that a photograph does not lie in memory whole. */
const largestSide = 1024

/** From this mean on, 0 to 255, a border counts as bright: the garment lies on a light ground. */
const brightBorder = 128

/**
 * Decodes an image file (png, jpeg, webp, gif, tiff, svg) for a model: turned as its EXIF says, transparency on white,
 * the first frame of an animation, fitted whole into the model's size with its proportions kept and the rest filled
 * with the ground. The models' training images show garments on black, so an image on a bright ground is inverted.
 */
export async function readImageFile(path: string, target: ImageTarget): Promise<DecodedImage> {
  const file = await readBytes(path)
  const { default: sharp } = await import('sharp')
  const [height, width, channels] = target.shape
  try {
    const whole = await toRaw(
      sharp(file)
        .autoOrient()
        .resize(largestSide, largestSide, { fit: 'inside', withoutEnlargement: true })
        .flatten({ background: 'white' }),
      channels,
    )
    const border = borderMean(whole.data, whole.info.height, whole.info.width, channels)
    const inverted =
      target.invert === 'always' || (target.invert === 'auto' && border >= brightBorder)
    const ground = Math.round(border)
    const fitted = await toRaw(
      sharp(whole.data, {
        raw: { width: whole.info.width, height: whole.info.height, channels: channels as 1 | 3 },
      }).resize({
        width,
        height,
        fit: 'contain',
        background: { r: ground, g: ground, b: ground },
      }),
      channels,
    )
    return { pixels: inverted ? fitted.data.map((value) => 255 - value) : fitted.data, inverted }
  } catch (error) {
    throw new AppError(
      'data_corrupt',
      `${path} is not an image that can be decoded: ${reasonOf(error)}`,
      {
        hint: 'Use a png, jpeg, webp, gif, tiff or svg file.',
        cause: error,
      },
    )
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = systemCode(error)
    if (code === '') throw error
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'it does not exist',
      EISDIR: 'it is a directory',
      EACCES: 'you may not read it',
    }
    throw new AppError('data_missing', `Cannot read ${path}: ${reasons[code] ?? code}`, {
      cause: error,
    })
  }
}

function toRaw(image: Sharp, channels: number) {
  return image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
}

/** The mean of the outermost pixels, over all channels. */
function borderMean(pixels: Uint8Array, height: number, width: number, channels: number): number {
  let sum = 0
  let count = 0
  const row = width * channels
  for (let i = 0; i < pixels.length; i++) {
    const y = Math.floor(i / row)
    const x = Math.floor((i - y * row) / channels)
    if (y > 0 && y < height - 1 && x > 0 && x < width - 1) continue
    sum += pixels[i] as number
    count++
  }
  return sum / count
}
