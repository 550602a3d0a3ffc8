import { AppError } from '../core/errors.js'
import { sharedBytes } from './memory-part.js'
import type { NumberArray } from './npy.js'

/**
 * Images [count, height, width(, channels)] as uint8 HWC. Whole numbers must be 0 to 255; floating-point ones are taken
 * as 0 to 1 and times 255, rounded. Anything else is `data_corrupt` and told with its place.
 */
export function imagesOf(
  { shape, data }: NumberArray,
  layout: 'nhwc' | 'nchw',
  path: string,
): { pixels: Uint8Array; shape: [number, number, number]; count: number } {
  const [count = 0, ...rest] = shape
  if (rest.length < 2 || rest.length > 3 || count === 0) {
    throw new AppError(
      'data_mismatch',
      `${path} holds an array of ${shape.join('x')}, which are no images`,
      {
        hint: 'Save [count, height, width], [count, height, width, channels], or set data.layout=nchw.',
      },
    )
  }
  const [height, width, channels] = sizesOf(rest, layout)
  if (channels !== 1 && channels !== 3) {
    throw new AppError(
      'data_mismatch',
      `${path} holds images of ${channels} channels, not 1 or 3`,
      {
        hint:
          layout === 'nhwc'
            ? 'With channels first, set data.layout=nchw.'
            : 'Set data.layout=nhwc.',
      },
    )
  }
  const pixels = sharedBytes(data.length)
  const value = reader({ shape, data }, path)
  const plane = height * width
  for (let i = 0; i < data.length; i++) pixels[target(i)] = value(i)
  return { pixels, shape: [height, width, channels], count }

  function target(i: number): number {
    if (layout === 'nhwc' || channels === 1) return i
    const image = Math.floor(i / (plane * channels))
    const inside = i - image * plane * channels
    return image * plane * channels + (inside % plane) * channels + Math.floor(inside / plane)
  }
}

function sizesOf(rest: readonly number[], layout: 'nhwc' | 'nchw'): [number, number, number] {
  const [a = 0, b = 0, c = 1] = rest
  return rest.length === 2 || layout === 'nhwc' ? [a, b, c] : [b, c, a]
}

function reader({ shape, data }: NumberArray, path: string): (i: number) => number {
  const real = data instanceof Float32Array || data instanceof Float64Array
  const valuesPerImage = data.length / (shape[0] as number)
  return (i) => {
    const given = Number(data[i])
    const value = real ? Math.round(given * 255) : given
    if (value >= 0 && value <= 255) return value
    const image = Math.floor(i / valuesPerImage)
    throw new AppError('data_corrupt', `${path}: image ${image} has the value ${given}`, {
      hint: real
        ? 'Floating-point images hold numbers from 0 to 1.'
        : 'Images hold whole numbers from 0 to 255.',
    })
  }
}
