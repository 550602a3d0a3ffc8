/** A description of a special product: country, original text, translation. */
type SpecialDescription = readonly [country: string, original: string, translated: string | null]

/** What is special about a demo product; what is left out is made up as for any other. */
export interface SpecialProduct {
  readonly title?: string
  /** The index of each image. */
  readonly images?: readonly number[]
  /** Whether its first image is also the last one of the products before it. */
  readonly sharesImage?: boolean
  readonly descriptions?: readonly SpecialDescription[]
}

const us = (original: string, translated: string | null): SpecialDescription[] => [
  ['US', original, translated],
]

/** One product for each thing that an export must get right, at the beginning of every thousand. */
export const specialProducts: readonly SpecialProduct[] = [
  { images: [0, 1], descriptions: [['US', 'Original text', 'Translated text']] },
  { images: [] },
  { images: [1, 2] },
  { images: [0, 0, 0, 1] },
  { images: [0], sharesImage: true },
  { descriptions: [] },
  { images: [], descriptions: [] },
  { descriptions: us('Original text without a translation', null) },
  { descriptions: us('Original text with an empty translation', '') },
  { descriptions: us('Original text with a blank translation', '  ') },
  { descriptions: us('Original text with white space as its translation', ' \t\r\n ') },
  { descriptions: us('  ', null) },
  { descriptions: us('\n', '\t') },
  { descriptions: us('  Original text among spaces  ', '  Translated text among spaces  ') },
  { descriptions: us(' ', 'Only a translation') },
  { descriptions: [['us', 'lower case', null]] },
  { descriptions: [['uS', 'mixed case', 'translated, mixed case']] },
  {
    descriptions: [
      ['us', 'second language', null],
      ['US', 'first', 'first, translated'],
    ],
  },
  { descriptions: [['FR', "Texte d'origine", null]] },
  { descriptions: [['FR', "Texte d'origine", 'Translated from French']] },
  {
    descriptions: [
      ['US', 'Untranslated', null],
      ['FR', 'Traduit', 'Translated from French'],
    ],
  },
  {
    descriptions: [
      ['DE', 'Übersetzt', 'Translated from German'],
      ['US', ' ', ' '],
    ],
  },
  { descriptions: [['usa', 'another code that begins alike', 'not of this country']] },
  { title: '' },
  { title: 'Größe 42 – Straßenschuh „Zoë“' },
  { title: '日本製 コットンシャツ', descriptions: us('柔らかな生地', 'Soft fabric 👗🧵') },
  { title: 'قميص قطني', descriptions: us('قصّة مريحة', 'Comfortable cut \u200f(\u202bقصّة\u202c)') },
  {
    title: '👩🏽‍🎤 Stage Jacket 🎸',
    descriptions: us('e\u0301 beside \u00e9, 𝒳 beyond 16 bits', null),
  },
  { title: '12" Belt, "Heritage"', descriptions: us('He said: "It\'s fine", and left.', null) },
  { title: "Rock 'n' Roll; drop table", descriptions: us("'); --", "''") },
  { title: 'Two\nlines', descriptions: us('First\nsecond\r\nthird\rfourth', null) },
  { title: 'Tab\tand back\\slash', descriptions: us('C:\\new\\table \\N \\. \\\\', '\\N') },
  { title: '\\N', descriptions: us('NULL', 'null') },
  { title: '=1+1', descriptions: us('=HYPERLINK("https://example.com","Click")', null) },
  { title: '+49 30 1234567', descriptions: us('-2+3', '@SUM(A1:A9)') },
  { title: '-5', descriptions: us('-5.25', '+1') },
  { title: '\t=cmd', descriptions: us('%s ${x} {0} <b>&amp;</b>', null) },
  { title: ',;|', descriptions: us(',', ';') },
  { title: 'A long story', descriptions: us('All of it. '.repeat(900), null) },
]
