import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeTfjs } from '../../../src/model/export/tfjs.js'
import { largestError } from '../fixtures.js'
import { findChromium, runInChromium } from './chromium.js'
import { buildSmall, engineLogits, smallImages } from './small-models.js'
import { writeCase } from './stock-tfjs.js'

describe('model: exported models in a browser', () => {
  const directory = mkdtempSync(join(tmpdir(), 'atelier-browser-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  const chromium = findChromium()

  if (chromium === undefined) {
    it.skip('is not checked: there is no chromium on the PATH')
    return
  }

  it('stock tfjs loads layers models and graph models over HTTP and gives their logits', async function () {
    this.timeout(90_000)
    const images = smallImages(1)
    const expected = new Map<string, Float32Array>()
    const cases: { name: string; kind: string }[] = []
    for (const name of ['cnn', 'mobilenet_v2', 'shufflenet_v2_x1_0', 'vit'] as const) {
      const model = buildSmall(name)
      const encoded = encodeTfjs(model, {})
      writeCase(join(directory, name), encoded, images)
      cases.push({ name, kind: encoded.kind })
      expected.set(name, await engineLogits(model, images))
      model.dispose()
    }
    const results = await runInChromium(chromium, directory, cases)
    for (const [name, logits] of expected) {
      const error = largestError(results[name]?.logits ?? [], logits)
      assert.ok(error <= 1e-5, `${name}: ${error}`)
    }
  })
})
