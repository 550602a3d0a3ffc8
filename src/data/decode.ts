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

/** The first bytes of jpeg, png, gif, webp and tiff files, one character a byte. */
const signatures = [
  /^\xff\xd8\xff/,
  /^\x89PNG\r\n/,
  /^GIF8[79]a/,
  /^RIFF[^]{4}WEBP/,
  /^(?:II[*+]\0|MM\0[*+])/,
]

const kernels = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic' } as const
const fits = { stretch: 'fill', pad: 'contain', crop: 'cover' } as const

/** Decodes images of one plan. */
export interface Decoder {
  /** The libraries that decode, so that pixels which another version made are not taken for theirs. */
  readonly version: string
  /**
   * Decodes png, jpeg, webp, gif or tiff: turned as its EXIF says, the first frame of an animation, transparency on white,
   * any colour space and depth as 8-bit sRGB or grey. libvips resizes (with shrinking while it decodes), except for the
   * exact box average of `area`. The content says what an image is, not its name. Whatever is wrong with it is thrown as
   * a plain error that says so, mostly libvips' own.
   */
  decode(bytes: Uint8Array): Promise<Decoded>
}

/** Loads the libraries once for all images of a plan. */
export async function openDecoder(plan: DecodePlan): Promise<Decoder> {
  const { default: sharp } = await import('sharp')
  // What libvips remembers of images that come only once is of no use.
  sharp.cache(false)
  const { size, method, fit } = plan.resize
  const version = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`
  return {
    version,
    async decode(bytes) {
      if (!signatures.some((pattern) => pattern.test(beginning(bytes)))) {
        throw new Error('it is no png, jpeg, webp, gif or tiff image')
      }
      let image = sharp(bytes, { failOn: 'error' })
        .autoOrient()
        .flatten({ background: 'white' })
        .toColourspace(plan.channels === 1 ? 'b-w' : 'srgb')
      if (size !== null && method !== 'area') {
        const [height, width] = size
        const kernel = kernels[method]
        image = image.resize({ height, width, kernel, fit: fits[fit], background: 'black' })
      }
      const whole = image.raw({ depth: 'uchar' })
      const { data, info } = await whole.toBuffer({ resolveWithObject: true })
      const decoded = { pixels: data, shape: [info.height, info.width, info.channels] as const }
      return size !== null && method === 'area' ? averaged(decoded, size, plan) : decoded
    },
  }
}

function beginning(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 12))
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
