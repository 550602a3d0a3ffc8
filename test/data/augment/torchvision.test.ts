import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { affine } from '../../../src/data/augment/affine.js'
import { randAugment } from '../../../src/data/augment/rand-augment.js'
import type { ImageShape } from '../../../src/data/augment/transform.js'
import { picture, scripted } from './scripted.js'

/** Made by reference.py. */
const expected = JSON.parse(
  readFileSync(new URL('./torchvision.json', import.meta.url), 'utf8'),
) as {
  readonly rand_augment: readonly {
    readonly shape: ImageShape
    readonly operation: number
    readonly magnitude: number
    readonly sign: 1 | -1
    readonly pixels: string
  }[]
  readonly affine: readonly {
    readonly shape: ImageShape
    readonly angle: number
    readonly right: number
    readonly down: number
    readonly scale: number
    readonly shear: number
    readonly pixels: string
  }[]
}

function imageOf(shape: ImageShape) {
  const length = shape[0] * shape[1] * shape[2]
  return picture(
    shape,
    Array.from({ length }, (_, i) => (i * 37 + ((i * i * 11) % 101)) % 256),
  )
}

function equalPixels(pixels: Uint8Array, hexadecimal: string, what: string): void {
  assert.equal(Buffer.from(pixels).toString('hex'), hexadecimal, what)
}

describe('transforms against torchvision', () => {
  it("rand_augment's operations give the same images", () => {
    for (const { shape, operation, magnitude, sign, pixels } of expected.rand_augment) {
      const image = imageOf(shape)
      const random = scripted(operation, sign === 1 ? 0.9 : 0.1)
      randAugment(image, { p: 1, operations: 1, magnitude }, random)
      const what = `operation ${operation}, magnitude ${magnitude}, sign ${sign}, ${shape.join('x')}`
      equalPixels(image.pixels, pixels, what)
    }
  })

  it('affine gives the same images; its angles run the other way', () => {
    for (const { shape, angle, right, down, scale, shear, pixels } of expected.affine) {
      const image = imageOf(shape)
      const [height, width] = shape
      const share = (value: number, limit: number) => (value / limit + 1) / 2
      const random = scripted(
        share(-angle, 180),
        share(right / width, 1),
        share(down / height, 1),
        share(scale, 2),
        share(-shear, 45),
      )
      const config = {
        p: 1,
        degrees: 180,
        translate: 1,
        scale: [-2, 2] as [number, number],
        shear: 45,
      }
      affine(image, config, random)
      equalPixels(image.pixels, pixels, `${angle} degrees, ${shape.join('x')}`)
    }
  })
})
