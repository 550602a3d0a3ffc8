import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../core/package-root.js'

/** The font family of all pictures; Verdana has the same widths, where a browser lacks the first. */
export const fontFamily = "'DejaVu Sans', Verdana, Geneva, sans-serif"

/** The shipped font files: rendering never depends on the fonts of the machine. */
export const fontFiles = {
  regular: assetPath('DejaVuSans.ttf'),
  bold: assetPath('DejaVuSans-Bold.ttf'),
} as const

type FontStyle = keyof typeof fontFiles

interface FontWidths {
  /** Advance width by code point, as a share of the font size. */
  readonly advances: ReadonlyMap<number, number>
  /** Width of the box that stands for a missing character. */
  readonly missing: number
}

/** The width in pixels of a line of text in the shipped font, without kerning. */
export function textWidth(text: string, fontSize: number, style: FontStyle = 'regular'): number {
  const { advances, missing } = widthsOf(style)
  let width = 0
  for (const character of text) {
    width += advances.get(character.codePointAt(0) ?? 0) ?? missing
  }
  return width * fontSize
}

const loaded = new Map<FontStyle, FontWidths>()

function widthsOf(style: FontStyle): FontWidths {
  const known = loaded.get(style)
  if (known !== undefined) return known
  const widths = readWidths(readFileSync(fontFiles[style]))
  loaded.set(style, widths)
  return widths
}

/** Reads advance widths from the tables head, hhea, hmtx and cmap (format 4) of a TrueType file. */
function readWidths(font: Buffer): FontWidths {
  const unitsPerEm = font.readUInt16BE(tableOffset(font, 'head') + 18)
  const metricCount = font.readUInt16BE(tableOffset(font, 'hhea') + 34)
  const metrics = tableOffset(font, 'hmtx')
  const advance = (glyph: number) =>
    font.readUInt16BE(metrics + 4 * Math.min(glyph, metricCount - 1)) / unitsPerEm
  const advances = new Map<number, number>()
  for (const [codePoint, glyph] of glyphsByCodePoint(font, unicodeMap(font))) {
    advances.set(codePoint, advance(glyph))
  }
  return { advances, missing: advance(0) }
}

function tableOffset(font: Buffer, tag: string): number {
  const count = font.readUInt16BE(4)
  for (let record = 12; record < 12 + 16 * count; record += 16) {
    if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8)
  }
  throw new Error(`The font has no table ${tag}`)
}

function unicodeMap(font: Buffer): number {
  const start = tableOffset(font, 'cmap')
  const count = font.readUInt16BE(start + 2)
  for (let record = start + 4; record < start + 4 + 8 * count; record += 8) {
    const offset = start + font.readUInt32BE(record + 4)
    if (font.readUInt16BE(offset) === 4) return offset
  }
  throw new Error('The font has no character map of format 4')
}

function* glyphsByCodePoint(font: Buffer, map: number): Generator<[number, number]> {
  const doubledSegments = font.readUInt16BE(map + 6)
  const ends = map + 14
  const starts = ends + doubledSegments + 2
  const deltas = starts + doubledSegments
  const offsets = deltas + doubledSegments
  for (let segment = 0; segment < doubledSegments; segment += 2) {
    const start = font.readUInt16BE(starts + segment)
    const delta = font.readUInt16BE(deltas + segment)
    const offset = font.readUInt16BE(offsets + segment)
    for (let code = start; code <= font.readUInt16BE(ends + segment); code++) {
      const listed =
        offset === 0
          ? code
          : font.readUInt16BE(
              Math.min(offsets + segment + offset + 2 * (code - start), font.length - 2),
            )
      if (offset === 0 || listed !== 0) yield [code, (listed + delta) & 0xffff]
    }
  }
}

function assetPath(name: string): string {
  return join(packageRoot, 'assets', 'fonts', name)
}
