import type { Category, DataDescription } from '../../data/describe.js'
import { scopes, sides } from '../../data/describe.js'
import type { SourceFiles } from '../../data/describe-sources.js'
import type { PixelFigures } from '../../data/pixel-figures.js'
import { recordVersion } from '../../spec/run-spec.js'
import { type CsvCell, toCsv } from '../tables.js'

/** What was described, and what was found. */
export interface Described {
  /** What the data set says of itself. */
  readonly title: string
  readonly name: string
  readonly fingerprint: string
  readonly splitHash: string
  readonly description: DataDescription
  readonly sources: SourceFiles | null
  /** What should be looked at, a sentence each. */
  readonly findings: readonly string[]
}

/** How many sets of equal images the record lists; duplicates.csv has them all. */
const listedSets = 20

/** The description as it is written to description.json. */
export function descriptionRecord(described: Described) {
  const { title, name, fingerprint, splitHash, description, sources, findings } = described
  const { shape, images, pixels, channels, duplicates } = description
  const [height, width, channelCount] = shape
  return {
    record_version: recordVersion,
    title,
    data: name,
    data_fingerprint: fingerprint,
    split_hash: splitHash,
    findings,
    image: { height, width, channels: channelCount },
    images,
    constant_images: description.constantImages,
    pixels: mapValues(pixels, pixelRecord),
    channels: channels.map(pixelRecord),
    labels: description.labels?.map(categoryRecord) ?? null,
    classes: description.classes.map(categoryRecord),
    duplicates: {
      unique: duplicates.uniqueInPart,
      in_both_parts: duplicates.inBothParts,
      within: duplicates.within,
      across: duplicates.across,
      sets: duplicates.sets.length,
      conflicting_sets: duplicates.sets.filter(({ conflicting }) => conflicting).length,
      first_sets: duplicates.sets.slice(0, listedSets).map(({ places, conflicting }) => ({
        conflicting,
        images: places.map(({ part, index, class: own, side }) => ({
          part,
          index,
          side: sides[side],
          class: description.classes[own]?.name,
        })),
      })),
    },
    sources,
  }
}

/** counts.csv: images of every label and class by side. */
export function countsCsv({ labels, classes, images }: DataDescription): string {
  const row = (level: string, name: string, label: string | null, counts: Category['images']) => {
    const used = counts.train + counts.val + counts.test
    return [level, name, label, ...sides.map((side) => counts[side]), used] as CsvCell[]
  }
  return toCsv(
    ['level', 'name', 'label', ...sides, 'used'],
    [
      row('all', 'all', null, images),
      ...(labels ?? []).map((one) => row('label', one.name, one.label, one.images)),
      ...classes.map((one) => row('class', one.name, one.label, one.images)),
    ],
  )
}

/** pixels.csv: figures of the pixels of every label and class by images. */
export function pixelsCsv({ labels, classes, pixels, channels }: DataDescription): string {
  const rows: CsvCell[][] = []
  const add = (level: string, name: string, images: string, figures: PixelFigures | null) => {
    if (figures === null) return
    rows.push([level, name, images, ...(Object.values(flat(figures)) as CsvCell[])])
  }
  for (const scope of scopes) {
    add('all', 'all', scope, pixels[scope])
    if (scope === 'train_val') {
      for (const [index, one] of channels.entries()) add('channel', String(index), scope, one)
    }
    for (const one of labels ?? []) add('label', one.name, scope, one.pixels[scope])
    for (const one of classes) add('class', one.name, scope, one.pixels[scope])
  }
  return toCsv(['level', 'name', 'images', ...figureColumns], rows)
}

/** duplicates.csv: every image that has an equal one. */
export function duplicatesCsv({ duplicates, classes }: DataDescription): string {
  return toCsv(
    ['set', 'conflicting', 'part', 'index', 'side', 'class', 'label'],
    duplicates.sets.flatMap(({ places, conflicting }, set) =>
      places.map(({ part, index, side, class: own }): CsvCell[] => {
        const category = classes[own]
        const names = [category?.name ?? null, category?.label ?? null]
        return [set, conflicting, part, index, sides[side] ?? null, ...names]
      }),
    ),
  )
}

function categoryRecord({ name, label, images, pixels }: Category) {
  return { name, label, images, pixels: mapValues(pixels, pixelRecord) }
}

function pixelRecord(figures: PixelFigures | null) {
  return figures === null ? null : flat(figures)
}

const figureColumns = [
  ...['values', 'min', 'max', 'mean', 'std', 'median', 'zero_share'],
  ...['p1', 'p5', 'p25', 'p75', 'p95', 'p99'],
] as const

function flat({ percentiles, zeroShare, values, min, max, mean, std, median }: PixelFigures) {
  const named = { values, min, max, mean, std, median, zero_share: zeroShare, ...percentiles }
  return named satisfies Record<(typeof figureColumns)[number], number>
}

function mapValues<Key extends string, A, B>(
  values: Readonly<Record<Key, A>>,
  change: (value: A) => B,
): Record<Key, B> {
  const entries = Object.entries(values) as [Key, A][]
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value)])) as Record<Key, B>
}
