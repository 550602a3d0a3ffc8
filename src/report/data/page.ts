import type { Category, DataDescription } from '../../data/describe.js'
import type { PixelFigures } from '../../data/pixel-figures.js'
import { pageStyle } from './page-style.js'
import type { DescriptionPicture } from './pictures.js'
import type { Described } from './record.js'

/** The description as one HTML page that needs no other file: pictures are inside it, and there is no script. */
export function descriptionPage(
  described: Described,
  pictures: readonly DescriptionPicture[],
): string {
  const { title, name, findings, description, fingerprint } = described
  const lines = title.split('\n').map(escapeHtml)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Data: ${escapeHtml(name)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header>
<h1>Data: ${escapeHtml(name)}</h1>
<p>${lines.join('<br>')}</p>
<p class="small">Fingerprint <code>${fingerprint}</code></p>
</header>
${section('Findings', findingList(findings))}
${section('Images', imageTables(described))}
${section('Pixels', pixelTables(description))}
${section('Equal images', duplicateTable(description))}
${pictures.map(figure).join('\n')}
</main>
</body>
</html>
`
}

function section(heading: string, content: string): string {
  return `<section>\n<h2>${heading}</h2>\n${content}\n</section>`
}

function figure({ heading, alternative, drawn }: DescriptionPicture): string {
  const data = Buffer.from(drawn.svg).toString('base64')
  const width = /width="(\d+)"/.exec(drawn.svg)?.[1] ?? '800'
  return section(
    heading,
    `<div class="card"><img alt="${escapeHtml(alternative)}" width="${width}" src="data:image/svg+xml;base64,${data}"></div>`,
  )
}

function findingList(findings: readonly string[]): string {
  if (findings.length === 0) return '<p>Nothing stands out.</p>'
  return `<ul>${findings.map((finding) => `<li>${escapeHtml(finding)}</li>`).join('')}</ul>`
}

function imageTables({ description, sources }: Described): string {
  const { labels, classes, shape, images } = description
  const [height, width, channels] = shape
  const all = { name: 'all', images }
  const header = ['', 'train', 'val', 'test', 'left out', 'share']
  const total = images.train + images.val + images.test
  const row = ({ name, images: own }: Pick<Category, 'name' | 'images'>) => [
    name,
    ...[own.train, own.val, own.test, own.left_out].map(number),
    share((own.train + own.val + own.test) / total),
  ]
  const shapeText = `<p>Each image is ${height} pixels high and ${width} wide, of ${channels === 1 ? 'one channel' : `${channels} channels`}.</p>`
  return [
    shapeText,
    ...(labels === null ? [] : [table('Images of each label', header, labels.map(row))]),
    table('Images of each class', header, [...classes, all].map(row)),
    ...(sources === null ? [] : [sourceTable(sources)]),
  ].join('\n')
}

function sourceTable({
  files,
  bytes,
  formats,
  channels,
  sizes,
  heights,
  widths,
}: NonNullable<Described['sources']>): string {
  const entries = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${number(count)}`)
      .join(', ')
  const most = sizes.slice(0, 8).map(({ size, files: count }) => `${size} ${number(count)}`)
  return table(
    'The files before they are decoded',
    ['', 'value'],
    [
      ['files', `${number(files)}, ${number(bytes)} bytes`],
      ['formats', entries(formats)],
      ['channels', entries(channels)],
      ['heights', `${heights.min} to ${heights.max}`],
      ['widths', `${widths.min} to ${widths.max}`],
      ['sizes', `${sizes.length} different; ${most.join(', ')}`],
    ],
  )
}

function pixelTables({ labels, classes, pixels, channels }: DataDescription): string {
  const header = [
    ...['', 'mean', 'std', 'median', 'zeros', 'min', 'max'],
    ...['p1', 'p5', 'p25', 'p75', 'p95', 'p99'],
  ]
  const scopeNames = {
    train_val: 'training and validation',
    train: 'training',
    val: 'validation',
    test: 'test',
  }
  const named = Object.entries(scopeNames).flatMap(([scope, name]) =>
    row(name, pixels[scope as keyof typeof scopeNames]),
  )
  const byChannel =
    channels.length === 1 ? [] : channels.flatMap((one, index) => row(`channel ${index}`, one))
  const of = (categories: readonly Category[]) =>
    categories.flatMap(({ name, pixels: own }) => row(name, own.train_val))
  return [
    table('Pixel values from 0 to 255', header, [...named, ...byChannel]),
    ...(labels === null
      ? []
      : [table('By label, training and validation images', header, of(labels))]),
    table('By class, training and validation images', header, of(classes)),
  ].join('\n')
}

function row(name: string, figures: PixelFigures | null): string[][] {
  if (figures === null) return []
  const { mean, std, median, zeroShare, min, max, percentiles } = figures
  const rest = [min, max, ...Object.values(percentiles)].map(decimal)
  return [[name, mean.toFixed(5), std.toFixed(5), decimal(median), share(zeroShare), ...rest]]
}

function duplicateTable({ duplicates }: DataDescription): string {
  const { uniqueInPart, inBothParts, within, across, sets } = duplicates
  const conflicting = sets.filter((one) => one.conflicting).length
  return table(
    'Images with exactly the same pixels',
    ['', 'images'],
    [
      ['different images in the training part', number(uniqueInPart.train)],
      ['different images in the test part', number(uniqueInPart.test)],
      ['found in both parts', number(inBothParts)],
      ['repeated within training', number(within.train)],
      ['repeated within validation', number(within.val)],
      ['repeated within test', number(within.test)],
      ['in training and validation', number(across.train_val)],
      ['in training and test', number(across.train_test)],
      ['in validation and test', number(across.val_test)],
      ['sets whose labels contradict each other', number(conflicting)],
    ],
  )
}

function table(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const head = header
    .map((name) => (name === '' ? '<td></td>' : `<th scope="col">${escapeHtml(name)}</th>`))
    .join('')
  const body = rows.map(([name = '', ...cells]) => {
    const values = cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')
    return `<tr><th scope="row">${escapeHtml(name)}</th>${values}</tr>`
  })
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function decimal(value: number): string {
  return String(Number(value.toFixed(3)))
}

function share(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(2)} %` : '-'
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
