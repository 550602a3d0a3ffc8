import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TopLevelSpec } from 'vega-lite'
import { AppError } from '../../../src/core/errors.js'
import { renderFigure, writeFigure } from '../../../src/report/figures/figure.js'
import { theme } from '../../../src/report/figures/theme.js'
import { darkPixels } from './pixels.js'

describe('renderFigure', () => {
  it('draws text without the fonts of the machine', async () => {
    const written = await renderFigure(labelled('A title to be seen'))
    const blank = await renderFigure(labelled(' '))
    assert.ok((await darkPixels(written.png)) - (await darkPixels(blank.png)) > 500)
  })

  it('names fonts a browser has', async () => {
    const { svg } = await renderFigure(labelled('title'))
    assert.match(svg, /font-family="'DejaVu Sans', Verdana, Geneva, sans-serif"/)
  })
})

describe('writeFigure', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'figure-'))
  })

  afterEach(async () => rm(directory, { recursive: true, force: true }))

  it('writes the three forms, and the spec draws the same picture again', async () => {
    const figure = await renderFigure(labelled('title'))
    await writeFigure(directory, 'plot', figure)
    assert.deepEqual((await readdir(directory)).sort(), ['plot.png', 'plot.svg', 'plot.vl.json'])
    const spec = JSON.parse(await readFile(join(directory, 'plot.vl.json'), 'utf8')) as TopLevelSpec
    assert.equal((await renderFigure(spec)).svg, figure.svg)
    assert.equal(await readFile(join(directory, 'plot.svg'), 'utf8'), figure.svg)
    assert.deepEqual(await readFile(join(directory, 'plot.png')), Buffer.from(figure.png))
  })

  it('fails as output_unwritable and leaves nothing half-written', async () => {
    await mkdir(join(directory, 'plot.svg'))
    const figure = await renderFigure(labelled('title'))
    await assert.rejects(
      writeFigure(directory, 'plot', figure),
      (error) => error instanceof AppError && error.code === 'output_unwritable',
    )
    assert.deepEqual(await readdir(directory), ['plot.svg'])
  })
})

function labelled(title: string): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: theme,
    title,
    width: 200,
    height: 50,
    data: { values: [{ x: 1 }] },
    mark: 'tick',
    encoding: { x: { field: 'x', type: 'quantitative' } },
  }
}
