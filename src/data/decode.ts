import type { ResizeConfig } from '../spec/types.gen.js'
import { createResize } from './resize.js'

/** How encoded images become uint8 HWC of one shape. */
export interface DecodePlan {
  readonly resize: ResizeConfig
  readonly channels: 1 | 3
}

export interface Decoded {
  readonly pixels: Uint8Array
  readonly shape: readonly [number, number, number]
}

const kernels = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic' } as const
const fits = { stretch: 'fill', pad: 'contain', crop: 'cover' } as const

/**
 * Decodes png, jpeg, webp, gif or tiff: turned as its EXIF says, the first frame of an animation, transparency on white,
 * any colour space and depth as 8-bit sRGB or grey. libvips resizes (with shrinking while it decodes), except for the
 * exact box average of `area`. Whatever is wrong with the image is thrown as libvips' own error.
 */
export async function decodeImage(bytes: Uint8Array, plan: DecodePlan): Promise<Decoded> {
  const { default: sharp } = await import('sharp')
  let image = sharp(bytes, { failOn: 'truncated' })
    .autoOrient()
    .flatten({ background: 'white' })
    .toColourspace(plan.channels === 1 ? 'b-w' : 'srgb')
  const { size, method, fit } = plan.resize
  if (size !== null && method !== 'area') {
    const [height, width] = size
    const kernel = kernels[method]
    image = image.resize({ height, width, kernel, fit: fits[fit], background: 'black' })
  }
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  const decoded = { pixels: data, shape: [info.height, info.width, info.channels] as const }
  return size !== null && method === 'area' ? averaged(decoded, size, plan) : decoded
}

function averaged(
  { pixels, shape }: Decoded,
  size: readonly [number, number],
  { resize: { method, fit }, channels }: DecodePlan,
): Decoded {
  const target = [...size, channels] as const
  const out = new Uint8Array(size[0] * size[1] * channels)
  createResize(shape, { shape: target, method, fit })(pixels, out)
  return { pixels: out, shape: target }
}
