import assert from 'node:assert/strict'
import fc from 'fast-check'
import { confusionMatrix } from '../../../src/metrics/confusion.js'
import { drawConfusion } from '../../../src/report/figures/confusion.js'
import { assertTextsClear, texts } from './svg.js'
import { imageSize } from './pixels.js'

const garments = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
]

describe('drawConfusion', () => {
  it('shows every class on both axes, the counts, and the accuracy', async () => {
    const figure = await drawConfusion(sample(10, 10_000), garments)
    const shown = texts(figure.svg)
    for (const name of garments) assert.equal(shown.filter((text) => text === name).length, 2, name)
    for (const text of ['Confusion matrix', 'Actual', 'Predicted', '800', '80.0%', '200']) {
      assert.ok(shown.includes(text), text)
    }
    assert.ok(shown.some((text) => text.startsWith('Accuracy 0.8000: 8,000 of 10,000 images')))
    assert.ok(shown.some((text) => text.startsWith('Most confused: ')))
  })

  it('puts rows of the actual class against columns of the predicted class', async () => {
    const { svg } = await drawConfusion(confusionMatrix([0, 0, 0, 1], [1, 1, 1, 1], 2), ['a', 'b'])
    assert.match(svg, /aria-label="Predicted: b; Actual: a; [^"]*100%"/)
    assert.match(svg, /aria-label="Predicted: a; Actual: b; [^"]*0%"/)
  })

  it('is drawn at twice its size and in equal bytes each time, also side by side', async () => {
    const [first, second] = await Promise.all([
      drawConfusion(sample(5, 100), garments.slice(0, 5)),
      drawConfusion(sample(5, 100), garments.slice(0, 5)),
    ])
    assert.equal(first.svg, second.svg)
    assert.deepEqual(first.png, second.png)
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(first.svg)!
    assert.deepEqual(await imageSize(first.png), {
      width: 2 * Number(width),
      height: 2 * Number(height),
    })
  })

  for (const size of [1, 2, 5, 25, 40]) {
    it(`keeps every text of ${size} classes inside the picture and apart`, async () => {
      const names = Array.from({ length: size }, (_, index) => `${garments[index % 10]} ${index}`)
      assertTextsClear((await drawConfusion(sample(size, 5000), names)).svg)
    })
  }

  it('cuts very long names instead of letting them run into each other', async () => {
    const names = garments.map((name) => `${name}, described at such length that nothing fits`)
    const { svg } = await drawConfusion(sample(10, 1_000_000), names)
    assertTextsClear(svg)
    assert.ok(
      texts(svg).some((text) => text.startsWith('T-shirt/top, described') && text.endsWith('…')),
    )
  })

  it('shows names with markup and other scripts as they are', async () => {
    const names = ['<b>&amp;"', 'Größe', 'платье']
    const shown = texts((await drawConfusion(sample(3, 30), names)).svg)
    for (const name of names) assert.ok(shown.includes(name), name)
  })

  it('takes any counts, also classes without images', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat(2_000_000), { minLength: 16, maxLength: 16 }),
        async (size, counts) => {
          const matrix = { size, counts: Uint32Array.from(counts.slice(0, size * size)) }
          assertTextsClear((await drawConfusion(matrix, garments.slice(0, size))).svg)
        },
      ),
      { numRuns: 5 },
    )
  })
})

function sample(size: number, count: number) {
  const truth = Int32Array.from({ length: count }, (_, index) => index % size)
  const predicted = truth.map((label, index) =>
    Math.floor(index / size) % 5 === 0 ? (label + 1) % size : label,
  )
  return confusionMatrix(truth, predicted, size)
}
