import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createResize, type ResizeMethod, type ResizePlan } from '../../src/data/resize.js'

type Shape = readonly [number, number, number]
const methods = ['nearest', 'bilinear', 'area', 'bicubic'] as const

function resize(image: Uint8Array, from: Shape, plan: ResizePlan): Uint8Array {
  const [height, width, channels] = plan.shape
  const out = new Uint8Array(height * width * channels).fill(77)
  createResize(from, plan)(image, out)
  return out
}

const stretched = (image: ArrayLike<number>, from: Shape, shape: Shape, method: ResizeMethod) => [
  ...resize(Uint8Array.from(image), from, { shape, method, fit: 'stretch' }),
]

describe('resize', () => {
  /** Pillow 9.4 on this image in floating-point mode (which does not round between the axes), rounded half up. */
  const image = Uint8Array.from({ length: 35 }, (_, i) => (i * 37 + 11) % 256)
  const pillow: Readonly<Record<string, readonly number[]>> = {
    // prettier-ignore
    'nearest 3x4': [
      196, 233, 51, 88,
      54, 91, 165, 202,
      168, 205, 23, 60,
    ],
    // prettier-ignore
    'nearest 10x9': [
      11, 11, 48, 48, 85, 122, 122, 159, 159,
      196, 196, 233, 233, 14, 51, 51, 88, 88,
      196, 196, 233, 233, 14, 51, 51, 88, 88,
      125, 125, 162, 162, 199, 236, 236, 17, 17,
      54, 54, 91, 91, 128, 165, 165, 202, 202,
      54, 54, 91, 91, 128, 165, 165, 202, 202,
      239, 239, 20, 20, 57, 94, 94, 131, 131,
      168, 168, 205, 205, 242, 23, 23, 60, 60,
      168, 168, 205, 205, 242, 23, 23, 60, 60,
      97, 97, 134, 134, 171, 208, 208, 245, 245,
    ],
    // prettier-ignore
    'bilinear 3x4': [
      124, 121, 101, 103,
      123, 115, 141, 133,
      153, 155, 135, 132,
    ],
    // prettier-ignore
    'bilinear 10x9': [
      11, 23, 44, 64, 85, 106, 126, 147, 159,
      113, 125, 146, 104, 46, 67, 87, 108, 120,
      178, 191, 211, 146, 60, 81, 94, 79, 70,
      129, 141, 161, 176, 190, 210, 204, 89, 21,
      79, 91, 112, 132, 153, 173, 184, 155, 137,
      119, 101, 72, 83, 103, 124, 144, 165, 177,
      235, 167, 52, 46, 66, 80, 95, 115, 127,
      186, 177, 162, 175, 196, 110, 45, 65, 78,
      136, 148, 169, 189, 210, 152, 110, 131, 143,
      97, 109, 130, 150, 171, 192, 212, 233, 245,
    ],
    // prettier-ignore
    'bicubic 3x4': [
      121, 124, 98, 104,
      129, 110, 146, 127,
      152, 158, 132, 135,
    ],
    // prettier-ignore
    'bicubic 10x9': [
      0, 8, 32, 60, 89, 111, 131, 154, 166,
      111, 128, 153, 102, 35, 46, 78, 112, 130,
      193, 213, 238, 154, 48, 61, 85, 71, 63,
      126, 138, 162, 179, 195, 233, 217, 76, 0,
      55, 74, 109, 138, 163, 190, 197, 162, 142,
      114, 94, 59, 66, 93, 118, 147, 182, 201,
      255, 180, 39, 23, 61, 77, 94, 118, 130,
      193, 185, 171, 195, 208, 102, 18, 43, 63,
      126, 144, 178, 210, 221, 154, 103, 128, 145,
      90, 102, 125, 145, 167, 196, 224, 248, 255,
    ],
  }

  for (const [name, expected] of Object.entries(pillow)) {
    it(`gives Pillow's ${name} of 7x5`, () => {
      const [method, size] = name.split(' ') as [ResizeMethod, string]
      const [height, width] = size.split('x').map(Number) as [number, number]
      assert.deepEqual(stretched(image, [7, 5, 1], [height, width, 1], method), expected)
    })
  }

  it('weighs by hand: two pixels to four, four to two, three to two', () => {
    assert.deepEqual(stretched([0, 100], [1, 2, 1], [1, 4, 1], 'bilinear'), [0, 25, 75, 100])
    assert.deepEqual(stretched([0, 100], [1, 2, 1], [1, 4, 1], 'nearest'), [0, 0, 100, 100])
    // Half the scale: the triangle reaches two pixels to each side, weights 1 3 3 1 less what lies outside.
    assert.deepEqual(stretched([0, 70, 140, 210], [1, 4, 1], [1, 2, 1], 'bilinear'), [50, 160])
    assert.deepEqual(stretched([0, 70, 140, 210], [1, 4, 1], [1, 2, 1], 'area'), [35, 175])
    assert.deepEqual(stretched([10, 20, 90], [1, 3, 1], [1, 1, 1], 'area'), [40])
    // Each covers a pixel and a half.
    assert.deepEqual(stretched([10, 20, 90], [1, 3, 1], [1, 2, 1], 'area'), [13, 67])
    assert.deepEqual(stretched([10, 90], [1, 2, 1], [1, 3, 1], 'area'), [10, 50, 90])
    assert.deepEqual(stretched([10, 20, 90], [3, 1, 1], [1, 1, 1], 'nearest'), [20])
  })

  it('keeps an image of the same size and a constant image as they are', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(
        sizes,
        sizes,
        fc.constantFrom(1, 3),
        fc.constantFrom(1, 3),
        fc.constantFrom(...methods),
        fc.nat(255),
        (from, to, channels, wanted, method, value) => {
          const [height, width] = from
          const constant = new Uint8Array(height * width * channels).fill(value)
          const out = stretched(constant, [...from, channels], [...to, wanted], method)
          assert.ok(out.every((other) => other === value))
          const any = constant.map((_, i) => (i * 61 + value) & 255)
          const shape = [...from, channels] as const
          assert.deepEqual(stretched(any, shape, shape, method), [...any])
        },
      ),
    )
  })

  it('mirrors with its image and treats channels alike', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 6, maxLength: 6 }),
        fc.constantFrom('area', 'bilinear', 'bicubic'),
        fc.integer({ min: 1, max: 15 }),
        (row, method, wide) => {
          const once = stretched(row, [1, 6, 1], [1, wide, 1], method)
          const mirrored = stretched([...row].reverse(), [1, 6, 1], [1, wide, 1], method)
          // The sum goes the other way round, so a tie may round the other way.
          for (const [i, value] of mirrored.reverse().entries()) {
            assert.ok(Math.abs(value - once[i]!) <= 1)
          }
          const colour = [...row].flatMap((value) => [value, 255 - value, 9])
          const rgb = stretched(colour, [1, 6, 3], [1, wide, 3], method)
          assert.deepEqual(
            rgb.filter((_, i) => i % 3 === 0),
            once,
          )
        },
      ),
    )
  })

  it('repeats grey, and makes grey of colour by its luma', () => {
    assert.deepEqual(stretched([7, 200], [1, 2, 1], [1, 2, 3], 'area'), [7, 7, 7, 200, 200, 200])
    const primaries = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]
    assert.deepEqual(stretched(primaries, [1, 4, 3], [1, 4, 1], 'bilinear'), [76, 150, 29, 255])
  })

  it('pads on black and crops the middle, with the proportions kept', () => {
    const wide = Uint8Array.from([10, 20, 30, 40])
    const fitted = (fit: ResizePlan['fit'], shape: Shape) => [
      ...resize(wide, [1, 4, 1], { shape, method: 'area', fit }),
    ]
    assert.deepEqual(fitted('pad', [4, 4, 1]), [0, 0, 0, 0, 10, 20, 30, 40, 0, 0, 0, 0, 0, 0, 0, 0])
    assert.deepEqual(fitted('pad', [2, 2, 1]), [15, 35, 0, 0])
    assert.deepEqual(fitted('crop', [1, 2, 1]), [20, 30])
    assert.deepEqual(fitted('crop', [2, 2, 1]), [20, 30, 20, 30])
  })
})
