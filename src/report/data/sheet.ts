import type { Picture } from '../../data/average-images.js'
import { fontFamily, textWidth } from '../figures/font.js'
import { rasterize } from '../figures/rasterize.js'
import { colours } from '../figures/theme.js'
import { encodePng } from './png.js'

/** A picture on a sheet, or an empty place; texts stand above it, the first in bold. */
export interface Tile {
  readonly picture: Picture | null
  readonly texts?: readonly string[]
}

/** Rows of tiles under a heading. */
export interface Section {
  readonly heading?: string
  readonly rows: readonly (readonly Tile[])[]
  /** A text at the left of each row. */
  readonly names?: readonly string[]
}

export interface Sheet {
  readonly title: string
  readonly subtitle: string
  readonly sections: readonly Section[]
  /** About how many pixels the longer side of a picture has. */
  readonly side: number
}

/** A drawn sheet, as vectors with the pictures inside, and as pixels at twice that size. */
export interface DrawnSheet {
  readonly svg: string
  readonly png: Uint8Array
}

const margin = 20
const gap = 12
const lineHeight = 14
const textSize = 10.5
const nameWidth = 150

/** Draws pictures side by side. Small ones are enlarged by a whole factor, so that every pixel of them is seen. */
export function drawSheet(sheet: Sheet): DrawnSheet {
  const svg = sheetSvg(sheet)
  return { svg, png: rasterize(svg) }
}

function sheetSvg({ title, subtitle, sections, side }: Sheet): string {
  const left = margin + leftWidth(sections)
  const marks = [
    text(title, { x: margin, y: margin + 13, size: 16, bold: true, color: colours.text }),
    text(subtitle, { x: margin, y: margin + 34, size: 12, color: colours.muted }),
  ]
  let y = margin + 44
  let right = margin + Math.max(textWidth(title, 16, 'bold'), textWidth(subtitle, 12))
  for (const { heading, rows, names } of sections) {
    if (heading !== undefined) {
      y += 26
      marks.push(text(heading, { x: margin, y, size: 12.5, bold: true, color: colours.text }))
      right = Math.max(right, margin + textWidth(heading, 12.5, 'bold'))
    }
    for (const [index, row] of rows.entries()) {
      const lines = Math.max(0, ...row.map(({ texts = [] }) => texts.length))
      const top = y + gap + lines * lineHeight
      const sizes = row.map(({ picture }) => (picture === null ? null : shown(picture, side)))
      const height = Math.max(side / 4, ...sizes.map((size) => size?.height ?? 0))
      const name = names?.[index]
      if (name !== undefined) {
        const shortened = fit(name, nameWidth - gap, textSize)
        const middle = top + height / 2 + textSize / 3
        marks.push(text(shortened, { x: margin, y: middle, size: textSize, color: colours.text }))
      }
      for (const [column, { picture, texts = [] }] of row.entries()) {
        const x = left + column * (side + gap)
        for (const [line, words] of texts.entries()) {
          const base = top - 5 - (texts.length - 1 - line) * lineHeight
          const bold = line === 0
          const color = bold ? colours.text : colours.muted
          const fitted = fit(words, side + gap - 4, textSize, bold)
          marks.push(text(fitted, { x, y: base, size: textSize, bold, color }))
        }
        const size = sizes[column]
        if (picture === null || size === null || size === undefined) continue
        marks.push(image(picture, size, x, top))
        right = Math.max(right, x + side)
      }
      y = top + height
    }
  }
  const [width, height] = [Math.ceil(right + margin), Math.ceil(y + margin)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...marks,
    '</svg>',
    '',
  ].join('\n')
}

function leftWidth(sections: readonly Section[]): number {
  const names = sections.flatMap((section) => section.names ?? [])
  if (names.length === 0) return 0
  return Math.min(nameWidth, Math.max(...names.map((name) => textWidth(name, textSize))) + gap)
}

interface Size {
  readonly width: number
  readonly height: number
  readonly factor: number
}

function shown({ shape: [height, width] }: Picture, side: number): Size {
  const longest = Math.max(height, width)
  const factor = Math.max(1, Math.floor(side / longest))
  const scale = longest > side ? side / longest : factor
  return { width: width * scale, height: height * scale, factor }
}

function image(picture: Picture, { width, height, factor }: Size, x: number, y: number): string {
  const data = encodePng(picture, factor).toString('base64')
  const rendering = factor > 1 ? ' image-rendering="optimizeSpeed"' : ''
  return `<image x="${x}" y="${y}" width="${width}" height="${height}"${rendering} href="data:image/png;base64,${data}"/>`
}

interface TextLook {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly color: string
  readonly bold?: boolean
}

function text(words: string, { x, y, size, color, bold = false }: TextLook): string {
  const weight = bold ? ' font-weight="bold"' : ''
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${color}"${weight}>${escaped(words)}</text>`
}

/** A text cut to a width, with an ellipsis where something is missing. */
function fit(words: string, width: number, size: number, bold = false): string {
  const style = bold ? 'bold' : 'regular'
  if (textWidth(words, size, style) <= width) return words
  let cut = words
  while (cut !== '' && textWidth(`${cut}…`, size, style) > width) cut = cut.slice(0, -1)
  return `${cut.trimEnd()}…`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
