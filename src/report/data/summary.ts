import { formatTable } from '../../core/terminal.js'
import type { Category, DataDescription } from '../../data/describe.js'
import type { Described } from './record.js'

const mostRows = 40

/** The description in a screenful, for a terminal. */
export function summarize({ title, description, sources, findings }: Described): string {
  const { labels, classes, shape, images, pixels } = description
  const [height, width, channels] = shape
  const facts: [string, string][] = [
    ['images', `${images.train} train, ${images.val} val, ${images.test} test`],
    ['shape', `${height}x${width}, ${channels === 1 ? 'grey' : `${channels} channels`}`],
  ]
  const all = pixels.train_val
  if (all !== null) {
    facts.push([
      'pixels',
      `mean ${all.mean.toFixed(5)}, std ${all.std.toFixed(5)}, median ${all.median}, ` +
        `${all.min} to ${all.max}, ${percent(all.zeroShare)} zero (train and val)`,
    ])
  }
  facts.push(['equal', duplicateText(description)])
  if (sources !== null) {
    const [most] = sources.sizes
    const formats = Object.keys(sources.formats).join(', ')
    facts.push([
      'files',
      `${sources.files} (${formats}), ${sources.sizes.length} different size${sources.sizes.length === 1 ? '' : 's'}, most often ${most?.size ?? '-'}`,
    ])
  }
  const note = findings.map((finding): [string, string] => ['note', finding])
  return [
    title,
    '',
    ...[...facts, ...note].map(([name, value]) => `${name.padEnd(8)}  ${value}`),
    '',
    ...(labels === null ? [] : [table('label', labels), '']),
    table('class', classes),
  ].join('\n')
}

function duplicateText({ duplicates, images }: DataDescription): string {
  const { uniqueInPart, inBothParts, sets } = duplicates
  const unique = `${uniqueInPart.train} different images in the training part`
  const tests = uniqueInPart.test === 0 ? '' : `, ${uniqueInPart.test} in the test part`
  const both = uniqueInPart.test === 0 ? '' : `, ${inBothParts} in both`
  const total = images.train + images.val + images.test + images.left_out
  return sets.length === 0 && total > 0
    ? `none: ${unique}${tests}${both}`
    : `${sets.length} ${sets.length === 1 ? 'set' : 'sets'}: ${unique}${tests}${both}`
}

function table(level: string, categories: readonly Category[]): string {
  const total = categories.reduce((sum, { images }) => sum + used(images), 0)
  const rows = categories.slice(0, mostRows).map(({ name, images, pixels }) => {
    const figures = pixels.train_val
    return [
      name,
      images.train,
      images.val,
      images.test,
      percent(used(images) / total).padStart(7),
      ...(figures === null
        ? [null, null, null, null]
        : [
            figures.mean.toFixed(3).padStart(7),
            figures.std.toFixed(3).padStart(7),
            figures.median,
            percent(figures.zeroShare).padStart(7),
          ]),
    ]
  })
  const pad = (text: string) => text.padStart(7)
  const header = [
    ...[level, 'train', 'val', 'test', pad('share')],
    ...[pad('mean'), pad('std'), 'median', pad('zeros')],
  ]
  const more = categories.length - rows.length
  return formatTable(header, rows) + (more > 0 ? `\n… and ${more} more` : '')
}

function used({ train, val, test }: Category['images']): number {
  return train + val + test
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}
