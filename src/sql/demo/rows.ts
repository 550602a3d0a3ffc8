import { Random } from '../../core/random.js'
import type { TextRow } from '../databases.js'
import {
  outlines,
  type DemoOptions,
  type DescriptionOutline,
  type ProductOutline,
} from './outline.js'
import { languages, titleWords } from './vocabulary.js'

/** The rows of a demo table in pieces, in the order of their primary key. */
export type DemoRows = (options: DemoOptions) => Generator<DemoPiece>

export interface DemoPiece {
  readonly rows: readonly TextRow[]
  /** How many products these rows belong to. */
  readonly products: number
}

/** What the four tables of the demo catalog hold; each is made on its own, so that none is kept in memory. */
export const demoRows = {
  product: rowsOf('product', ({ id, special }, random) => [
    [String(id), special?.title ?? title(random)],
  ]),
  image: rowsOf('image', ({ images, firstImage }, random) =>
    images.map((_, place) => [String(firstImage + place), imageUrl(firstImage + place, random)]),
  ),
  product_images: rowsOf('product_images', productImages),
  product_description: rowsOf('product_description', descriptions),
} as const satisfies Record<string, DemoRows>

function rowsOf(
  name: string,
  make: (product: ProductOutline, random: Random) => readonly TextRow[],
): DemoRows {
  return function* (options) {
    for (const block of outlines(options)) {
      const random = new Random(options.seed, `sql/demo/${name}/${block[0]?.id ?? 0}`)
      yield { rows: block.flatMap((product) => make(product, random)), products: block.length }
    }
  }
}

/** By index, which is the order of the primary key. */
function productImages({ id, special, images, firstImage }: ProductOutline): TextRow[] {
  const rows = images.map((index, place) => [String(id), String(firstImage + place), String(index)])
  if (special?.sharesImage !== true) return rows
  return [[String(id), String(firstImage - 1), '0'], ...rows]
}

function descriptions(product: ProductOutline, random: Random): TextRow[] {
  const written = product.special?.descriptions
  const texts = written ?? product.descriptions.map((description) => describe(description, random))
  return texts.map((text, place) => [
    String(product.firstDescription + place),
    String(product.id),
    ...text,
  ])
}

type Text = readonly [country: string, original: string, translated: string | null]

function describe({ place, translation }: DescriptionOutline, random: Random): Text {
  const language = pick(random, place === 'us' ? ownLanguages : foreignLanguages)
  const country = pick(random, place === 'us' ? ownCountries : languages[language].countries)
  const original = sentences(language, random)
  if (translation === 'missing') return [country, original, null]
  if (translation === 'blank') return [country, original, pick(random, blanks)]
  return [country, original, sentences('english', random)]
}

const ownLanguages = ['english'] as const
const foreignLanguages = [
  ...(['german', 'german', 'german', 'french', 'french', 'french'] as const),
  ...(['english', 'english', 'japanese', 'arabic'] as const),
]
const ownCountries = ['US', 'US', 'US', 'US', 'US', 'US', 'us', 'us', 'Us', 'uS']
const blanks = ['', ' ', '  ', '\n']

/** One to three sentences. */
function sentences(language: keyof typeof languages, random: Random): string {
  const known = languages[language].sentences
  const count = 1 + Math.floor(random.uniform() * 3)
  let text = pick(random, known)
  for (let k = 1; k < count; k++) text += ` ${pick(random, known)}`
  return text
}

function title(random: Random): string {
  const { brand, adjective, material, kind, color } = titleWords
  const middle = `${pick(random, adjective)} ${pick(random, material)} ${pick(random, kind)}`
  const branded = random.uniform() < 0.8 ? `${pick(random, brand)} ${middle}` : middle
  return random.uniform() < 0.7 ? `${branded}, ${pick(random, color)}` : branded
}

function imageUrl(id: number, random: Random): string {
  const mark = Math.floor(random.uniform() * 2 ** 32)
  const name = mark.toString(16).padStart(8, '0')
  return `https://images.example.com/catalog/${name.slice(0, 2)}/${id}-${name}.jpg`
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random.uniform() * items.length)] as T
}
