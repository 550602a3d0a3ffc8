import type { DataConfig } from '../spec/types.gen.js'
import type { DataContext } from './data-set.js'
import { listImages } from './image-listing.js'
import { fetchSource } from './source.js'

/** The image files as they are before they are decoded, by what they have in common. */
export interface SourceFiles {
  readonly files: number
  readonly bytes: number
  /** Files that are no images that can be read. */
  readonly unreadable: readonly string[]
  readonly formats: Readonly<Record<string, number>>
  readonly channels: Readonly<Record<string, number>>
  /** By height x width as they are shown, the most frequent first. */
  readonly sizes: readonly { readonly size: string; readonly files: number }[]
  readonly heights: Range
  readonly widths: Range
}

interface Range {
  readonly min: number
  readonly max: number
}

const atOnce = 8

/** Looks at the headers of an image folder's files; null for data that comes as arrays of one size. */
export async function describeSources(
  config: DataConfig,
  context: DataContext,
): Promise<SourceFiles | null> {
  if (config.name !== 'image_folder') return null
  const listing = await listImages(await fetchSource(config, context))
  const heads: (Head | { readonly unreadable: string })[] = []
  context.progress.start('reading headers', listing.images.length)
  try {
    for (let start = 0; start < listing.images.length; start += atOnce) {
      const some = listing.images.slice(start, start + atOnce)
      heads.push(...(await Promise.all(some.map(headOf))))
      context.progress.update(heads.length, '')
    }
  } finally {
    context.progress.stop()
    await listing.close()
  }
  const sound = heads.filter((head): head is Head => !('unreadable' in head))
  const sizes = tally(sound.map(({ height, width }) => `${height}x${width}`))
  return {
    files: heads.length,
    bytes: sound.reduce((sum, { bytes }) => sum + bytes, 0),
    unreadable: heads.flatMap((head) => ('unreadable' in head ? [head.unreadable] : [])),
    formats: Object.fromEntries(tally(sound.map(({ format }) => format))),
    channels: Object.fromEntries(tally(sound.map(({ channels }) => String(channels)))),
    sizes: sizes.map(([size, files]) => ({ size, files })),
    heights: rangeOf(sound.map(({ height }) => height)),
    widths: rangeOf(sound.map(({ width }) => width)),
  }
}

interface Head {
  readonly bytes: number
  readonly format: string
  readonly channels: number
  readonly height: number
  readonly width: number
}

async function headOf({
  name,
  read,
}: {
  readonly name: string
  readonly read: () => Promise<Uint8Array>
}): Promise<Head | { readonly unreadable: string }> {
  const { default: sharp } = await import('sharp')
  try {
    const bytes = await read()
    const { format, channels, autoOrient } = await sharp(bytes).metadata()
    return { bytes: bytes.length, format, channels, ...autoOrient }
  } catch {
    return { unreadable: name }
  }
}

/** Values with how often each occurs, the most frequent first. */
function tally(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}

function rangeOf(values: readonly number[]): Range {
  return values.reduce(
    ({ min, max }, value) => ({ min: Math.min(min, value), max: Math.max(max, value) }),
    { min: values[0] ?? 0, max: values[0] ?? 0 },
  )
}
