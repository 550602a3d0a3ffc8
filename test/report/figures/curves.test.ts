import assert from 'node:assert/strict'
import { drawCurves, type Monitor } from '../../../src/report/figures/curves.js'
import { epochRows } from './epochs.js'
import { imageSize } from './pixels.js'
import { assertTextsClear, boxesOfText, texts } from './svg.js'

const byValidation: Monitor = { monitor: 'val_loss', mode: 'min' }
const byTraining: Monitor = { monitor: 'train_loss', mode: 'min' }

describe('drawCurves', () => {
  for (const count of [1, 2, 30, 100, 1000]) {
    it(`draws ${count} epochs with every text inside and apart`, async () => {
      const { svg, png } = await drawCurves(epochRows(count), byValidation)
      assertTextsClear(svg)
      const shown = texts(svg)
      for (const title of ['Loss', 'Accuracy']) assert.ok(shown.includes(title), title)
      assert.equal(shown.filter((text) => text === 'Epoch').length, 2)
      const { width, height } = boxesOfText(svg)
      assert.deepEqual(await imageSize(png), { width: 2 * width, height: 2 * height })
    })
  }

  it('marks the epoch with the best monitored value and names its figures', async () => {
    const rows = epochRows(20)
    const best = rows.reduce((one, other) => (other.val_loss! < one.val_loss! ? other : one))
    assert.ok(best.epoch < 20)
    const shown = texts((await drawCurves(rows, byValidation)).svg).join('\n')
    assert.match(shown, new RegExp(`Best epoch by validation loss: ${best.epoch} of 20`))
    for (const value of [best.val_loss!, best.val_accuracy!]) {
      assert.ok(shown.includes(`validation ${value.toFixed(4)}`))
    }
    for (const value of [best.train_loss, best.train_accuracy]) {
      assert.ok(shown.includes(`training ${value.toFixed(4)}`))
    }
  })

  it('shows training alone when there is no validation', async () => {
    const { svg } = await drawCurves(epochRows(5, { validation: false }), byTraining)
    assertTextsClear(svg)
    assert.ok(
      texts(svg).includes(
        'Best epoch by training loss: 5 of 5 (dashed line, its figures above the panels)',
      ),
    )
    assert.ok(!svg.includes('validation 0'))
    assert.ok(!texts(svg).includes('validation'))
  })

  it('labels only epochs that exist', async () => {
    for (const count of [3, 12, 100]) {
      const { spec } = await drawCurves(epochRows(count), byValidation)
      const values = ticksOf(spec)
      assert.ok(values.length >= 1 && values.length <= 10, `${values.length} ticks`)
      assert.ok(values.every((value) => Number.isInteger(value) && value >= 1 && value <= count))
    }
  })

  it('draws equal values, zeros and values that are not finite', async () => {
    const [row] = epochRows(1)
    const flat = [1, 2, 3].map((epoch) => ({ ...row!, epoch, train_loss: 0, val_loss: 0 }))
    assertTextsClear((await drawCurves(flat, byValidation)).svg)
    const diverged = flat.map((one) => ({ ...one, train_loss: NaN, val_loss: Infinity }))
    const { svg } = await drawCurves(diverged, byValidation)
    assertTextsClear(svg)
    assert.ok(texts(svg).includes('No epoch has a finite validation loss'))
    assert.ok(!svg.includes('NaN'))
  })

  it('gives equal bytes for equal rows', async () => {
    const [one, other] = await Promise.all([
      drawCurves(epochRows(10), byValidation),
      drawCurves(epochRows(10), byValidation),
    ])
    assert.equal(one.svg, other.svg)
    assert.deepEqual(one.png, other.png)
  })
})

function ticksOf(spec: unknown): number[] {
  const { hconcat } = spec as {
    hconcat: { encoding: { x: { axis: { values: number[] } } } }[]
  }
  return hconcat[0]!.encoding.x.axis.values
}
