import assert from 'node:assert/strict'
import { Resvg } from '@resvg/resvg-js'
import { fontFiles, textWidth } from '../../../src/report/figures/font.js'

describe('textWidth', () => {
  for (const text of [
    'M',
    'T-shirt/top',
    '1,000,000',
    'illicit',
    'Größe',
    'платье',
    'Ankle boot…',
  ]) {
    for (const style of ['regular', 'bold'] as const) {
      it(`agrees with the rasterizer about ${style} '${text}'`, () => {
        assert.ok(Math.abs(textWidth(text, 100, style) - drawnWidth(text, style)) < 25)
      })
    }
  }

  it('grows with the font size and counts unknown characters as a box', () => {
    assert.equal(textWidth('abc', 20), 2 * textWidth('abc', 10))
    assert.ok(textWidth('漢', 10) > 3)
    assert.equal(textWidth('', 10), 0)
  })
})

/** The advance of a text at 100 pixels: how far two marks move apart when it stands between them. */
function drawnWidth(text: string, style: 'regular' | 'bold'): number {
  return inkWidth(`|${text}|`, style) - inkWidth('||', style)
}

function inkWidth(text: string, style: 'regular' | 'bold'): number {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="200"><text x="10" y="150" font-family="DejaVu Sans" font-weight="${style === 'bold' ? 'bold' : 'normal'}" font-size="100">${text}</text></svg>`
  const font = { loadSystemFonts: false, fontFiles: Object.values(fontFiles) }
  return new Resvg(svg, { font }).getBBox()!.width
}
