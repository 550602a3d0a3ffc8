import assert from 'node:assert/strict'
import { affine } from '../../../src/data/augment/affine.js'
import { blur } from '../../../src/data/augment/blur.js'
import { brightness } from '../../../src/data/augment/brightness.js'
import { colourJitter } from '../../../src/data/augment/colour-jitter.js'
import { contrast } from '../../../src/data/augment/contrast.js'
import { coarseDropout } from '../../../src/data/augment/dropout.js'
import { horizontalFlip, verticalFlip } from '../../../src/data/augment/flip.js'
import { gaussianNoise } from '../../../src/data/augment/gaussian-noise.js'
import { posterize } from '../../../src/data/augment/posterize.js'
import { randAugment } from '../../../src/data/augment/rand-augment.js'
import { randomCrop } from '../../../src/data/augment/random-crop.js'
import { randomErasing } from '../../../src/data/augment/random-erasing.js'
import { rotate } from '../../../src/data/augment/rotate.js'
import { shift } from '../../../src/data/augment/shift.js'
import type { AugmentationConfig } from '../../../src/spec/types.gen.js'
import { noAugmentation as config } from '../../fixtures.js'
import { grey, picture, rowsOf, scripted } from './scripted.js'

// Every expectation is computed by hand from the formula in the transform's own comment.
const square = () => grey([1, 2, 3], [4, 5, 6], [7, 8, 9])

describe('transforms', () => {
  it('hflip mirrors left and right, vflip top and bottom, whole pixels at a time', () => {
    const image = picture([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    horizontalFlip(image, config.hflip, scripted())
    assert.deepEqual(rowsOf(image), [
      [4, 5, 6, 1, 2, 3],
      [10, 11, 12, 7, 8, 9],
    ])
    verticalFlip(image, config.vflip, scripted())
    assert.deepEqual(rowsOf(image), [
      [10, 11, 12, 7, 8, 9],
      [4, 5, 6, 1, 2, 3],
    ])
  })

  it('rotate turns counter-clockwise about the centre', () => {
    const image = square()
    rotate(image, { p: 1, limit: 90 }, scripted(1))
    assert.deepEqual(rowsOf(image), [
      [3, 6, 9],
      [2, 5, 8],
      [1, 4, 7],
    ])
    const turned = square()
    rotate(turned, { p: 1, limit: 45 }, scripted(1))
    // With c = cos 45 degrees, (x, y) takes (1 + c (x - 1) - c (y - 1), 1 + c (x - 1) + c (y - 1)): (0, 0) takes
    // (1, -0.41), (1, 0) takes (1.71, 0.29), (2, 0) takes (2.41, 1), and so on around the centre.
    assert.deepEqual(rowsOf(turned), [
      [2, 3, 6],
      [1, 5, 9],
      [4, 7, 8],
    ])
  })

  it('rotate leaves black what comes from outside', () => {
    const image = grey([1, 2, 3, 4])
    rotate(image, { p: 1, limit: 90 }, scripted(1))
    // Position x takes (1.5, x - 1.5): rounded half up, x = 1 takes (2, 0), the others lie above or below the row.
    assert.deepEqual(rowsOf(image), [[0, 3, 0, 0]])
  })

  it('posterize keeps the high bits', () => {
    const image = grey([255, 130, 64, 63])
    posterize(image, config.posterize, scripted(0))
    assert.deepEqual(rowsOf(image), [[192, 128, 64, 0]])
  })

  it('contrast multiplies, clips and truncates', () => {
    const image = grey([10, 101, 200, 255])
    contrast(image, { p: 1, limit: 0.5 }, scripted(0.75))
    assert.deepEqual(rowsOf(image), [[12, 126, 250, 255]])
  })

  it('brightness adds a share of the range, clips and truncates', () => {
    const image = grey([10, 100, 200])
    brightness(image, { p: 1, limit: 0.5 }, scripted(0.75))
    assert.deepEqual(rowsOf(image), [[73, 163, 255]])
    brightness(image, { p: 1, limit: 0.5 }, scripted(0))
    assert.deepEqual(rowsOf(image), [[0, 35, 127]])
  })

  it('blur takes a normalized kernel with mirrored borders', () => {
    const image = grey([0, 0, 0], [0, 90, 0], [0, 0, 0])
    // Size 3, both spreads 1, no rotation, beta 1, no noise: cells exp(-1), exp(-1/2), 1.
    const one = scripted(0, 1, 1, 0.5, 0.1, 1, ...Array<number>(9).fill(0.5))
    blur(image, { ...config.blur, noise: [1, 1] }, one)
    const [corner, edge] = [Math.exp(-1), Math.exp(-0.5)]
    const total = 1 + 4 * edge + 4 * corner
    // The corner of the image sees the middle from four mirrored sides, an edge from two.
    assert.deepEqual(rowsOf(image), [
      [4 * corner, 2 * edge, 4 * corner].map((weight) => Math.round((90 * weight) / total)),
      [2 * edge, 1, 2 * edge].map((weight) => Math.round((90 * weight) / total)),
      [4 * corner, 2 * edge, 4 * corner].map((weight) => Math.round((90 * weight) / total)),
    ])
    assert.equal(one.left, 0)
  })

  it('blur keeps an image of one value, in every channel and any size', () => {
    for (const shape of [
      [1, 1, 1],
      [2, 5, 3],
      [9, 4, 1],
    ] as const) {
      const values = Array.from(
        { length: shape[0] * shape[1] * shape[2] },
        (_, i) => (i % shape[2]) * 50,
      )
      for (const size of [3, 5, 7, 9, 15]) {
        const image = picture(shape, values)
        const noise = Array.from({ length: size * size }, (_, i) => (i % 7) / 7)
        blur(
          image,
          { ...config.blur, size: [size, size] },
          scripted(0, 0.3, 0.9, 0.2, 0.9, 0.2, ...noise),
        )
        assert.deepEqual([...image.pixels], values)
      }
    }
  })

  it('coarse_dropout blackens rectangles inside the image', () => {
    const image = square()
    const fixed: AugmentationConfig['coarse_dropout'] = {
      p: 1,
      holes: [1, 1],
      height: [2, 2],
      width: [1, 1],
    }
    coarseDropout(image, fixed, scripted(0, 0, 0, 1, 2))
    assert.deepEqual(rowsOf(image), [
      [1, 2, 3],
      [4, 5, 0],
      [7, 8, 0],
    ])
  })

  it('shift moves by a share of the size', () => {
    const image = square()
    shift(image, { p: 1, limit: 1 }, scripted(2 / 3, 1 / 3))
    assert.deepEqual(rowsOf(image), [
      [0, 4, 5],
      [0, 7, 8],
      [0, 0, 0],
    ])
  })

  it('random_crop stretches a box, nearest neighbour', () => {
    const image = grey([1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16])
    // A quarter of the area, square, two down and one to the right.
    randomCrop(image, { p: 1, scale: [0.25, 0.25], ratio: [1, 1] }, scripted(0.5, 0.5, 2, 1))
    assert.deepEqual(rowsOf(image), [
      [10, 10, 11, 11],
      [10, 10, 11, 11],
      [14, 14, 15, 15],
      [14, 14, 15, 15],
    ])
  })

  it('random_crop takes a central box where none fits', () => {
    const image = grey([1, 2, 3, 4, 5, 6])
    randomCrop(
      image,
      { p: 1, scale: [1, 1], ratio: [2, 2] },
      scripted(...Array<number>(20).fill(0)),
    )
    assert.deepEqual(rowsOf(image), [[3, 3, 3, 4, 4, 4]])
  })

  it('affine scales about the centre, shears along x, and moves', () => {
    const image = square()
    const still: AugmentationConfig['affine'] = {
      p: 1,
      degrees: 0,
      translate: 0,
      scale: [1, 1],
      shear: 0,
    }
    affine(image, { ...still, scale: [3, 3] }, scripted(0, 0, 0, 0, 0))
    assert.deepEqual(rowsOf(image), Array<number[]>(3).fill([5, 5, 5]))
    const sheared = square()
    affine(sheared, { ...still, shear: 45 }, scripted(0, 0, 0, 0, 1))
    assert.deepEqual(rowsOf(sheared), [
      [2, 3, 0],
      [4, 5, 6],
      [0, 7, 8],
    ])
    const moved = square()
    affine(moved, { ...still, translate: 1 / 3 }, scripted(0, 1, 0.5, 0, 0))
    assert.deepEqual(rowsOf(moved), [
      [0, 1, 2],
      [0, 4, 5],
      [0, 7, 8],
    ])
  })

  it('colour_jitter changes brightness, contrast, saturation and hue', () => {
    const jitter = { p: 1, brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.5 }
    const image = picture([1, 1, 3], [100, 50, 0])
    // Brightness times 1.5, contrast and saturation as they are, hue turned by a third of the circle.
    colourJitter(image, jitter, scripted(1, 0.5, 0.5, 5 / 6))
    assert.deepEqual([...image.pixels], [0, 150, 75])
    const plain = picture([1, 2, 1], [100, 200])
    // Contrast 0.5 about the mean of 150.
    colourJitter(plain, jitter, scripted(0.5, 0, 0.5, 0.5))
    assert.deepEqual([...plain.pixels], [125, 175])
  })

  it('gaussian_noise adds normal numbers, rounds and clips', () => {
    const image = grey([0, 100, 250])
    gaussianNoise(image, { p: 1, std: 10 }, scripted(-1, 0.26, 2))
    assert.deepEqual(rowsOf(image), [[0, 103, 255]])
  })

  it('random_erasing fills one rectangle, or none where none fits', () => {
    const image = square()
    const erase: AugmentationConfig['random_erasing'] = {
      p: 1,
      scale: [1 / 9, 1 / 9],
      ratio: [1, 1],
      value: 77,
    }
    randomErasing(image, erase, scripted(0, 0, 1, 2))
    assert.deepEqual(rowsOf(image), [
      [1, 2, 3],
      [4, 5, 77],
      [7, 8, 9],
    ])
    const whole = square()
    randomErasing(whole, { ...erase, scale: [1, 1] }, scripted(...Array<number>(20).fill(0)))
    assert.deepEqual(rowsOf(whole), rowsOf(square()))
  })

  it('rand_augment applies drawn operations at one strength', () => {
    const image = square()
    // Identity, then solarize at 30 of 30: everything from 0 on is inverted.
    randAugment(image, { p: 1, operations: 2, magnitude: 30 }, scripted(0, 11))
    assert.deepEqual(rowsOf(image)[0], [254, 253, 252])
    const bright = grey([100])
    // Brightness, mirrored: 1 - 0.9 / 2.
    randAugment(bright, { p: 1, operations: 1, magnitude: 15 }, scripted(6, 0.1))
    assert.deepEqual(rowsOf(bright), [[55]])
    const stretched = grey([10, 20, 30])
    randAugment(stretched, { p: 1, operations: 1, magnitude: 9 }, scripted(12))
    assert.deepEqual(rowsOf(stretched), [[0, 127, 255]])
    const even = grey([0, 0, 0, 255].flatMap((value) => Array<number>(255).fill(value)))
    randAugment(even, { p: 1, operations: 1, magnitude: 9 }, scripted(13))
    assert.deepEqual(new Set(even.pixels), new Set([0, 255]))
  })
})
