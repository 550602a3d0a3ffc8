import { Random } from '../../core/random.js'
import { specialProducts, type SpecialProduct } from './special-products.js'

/** How many products and from which seed; fewer products are the first ones of more. */
export interface DemoOptions {
  readonly products: number
  readonly seed: number
}

/**
 * A description without its words: in the own country (`us`) or a foreign one, with a translation, without, or with a
 * blank one.
 */
export interface DescriptionOutline {
  readonly place: 'us' | 'foreign'
  readonly translation: 'written' | 'missing' | 'blank'
}

/** A product without its words: what it has, and the numbers of its rows. */
export interface ProductOutline {
  readonly id: number
  readonly special: SpecialProduct | undefined
  /** The index of each image; their ids follow each other. */
  readonly images: readonly number[]
  readonly firstImage: number
  readonly descriptions: readonly DescriptionOutline[]
  readonly firstDescription: number
}

const blockSize = 1000

/** The outlines of all products in blocks; equal options give equal outlines, whatever is made of them. */
export function* outlines({ products, seed }: DemoOptions): Generator<readonly ProductOutline[]> {
  let [image, description] = [1, 1]
  for (let first = 0; first < products; first += blockSize) {
    const random = new Random(seed, `sql/demo/outline/${first / blockSize}`)
    const block: ProductOutline[] = []
    for (let place = 0; place < Math.min(blockSize, products - first); place++) {
      const special = specialProducts[place]
      const images = special?.images ?? draw(random, imageOutlines)
      const drawn = draw(random, descriptionOutlines)
      block.push({
        id: first + place + 1,
        special,
        images,
        firstImage: image,
        descriptions: drawn,
        firstDescription: description,
      })
      image += images.length
      description += special?.descriptions?.length ?? drawn.length
    }
    yield block
  }
}

/** Per hundred products, which images they have. */
const imageOutlines = repeated([
  [52, [0, 1]],
  [22, [0]],
  [15, [0, 1, 2]],
  [4, [0, 0, 1]],
  [2, [0, 1, 2, 3]],
  [2, [1, 2]],
  [3, []],
])

const us: DescriptionOutline = { place: 'us', translation: 'written' }
const original: DescriptionOutline = { place: 'us', translation: 'missing' }
const blank: DescriptionOutline = { place: 'us', translation: 'blank' }
const foreign: DescriptionOutline = { place: 'foreign', translation: 'written' }
const untranslated: DescriptionOutline = { place: 'foreign', translation: 'missing' }

/** Per hundred products, which descriptions they have. */
const descriptionOutlines = repeated([
  [36, [us, foreign]],
  [14, [original, foreign]],
  [11, [us, untranslated]],
  [9, [original, foreign, untranslated]],
  [6, [foreign, us, foreign]],
  [6, [original]],
  [5, [blank, foreign]],
  [4, [us]],
  [3, [foreign]],
  [2, [untranslated]],
  [1, [us, us]],
  [3, []],
])

function repeated<T>(weighted: readonly (readonly [times: number, outline: readonly T[]])[]) {
  return weighted.flatMap(([times, outline]) => Array<readonly T[]>(times).fill(outline))
}

function draw<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random.uniform() * choices.length)] as T
}
