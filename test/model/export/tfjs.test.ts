import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeTfjs } from '../../../src/model/export/tfjs.js'
import {
  decodeWeights,
  encodeModel,
  restoreWeights,
  weightHash,
} from '../../../src/model/weights.js'
import { largestError } from '../fixtures.js'
import {
  buildSmall,
  engineLogits,
  smallImages,
  smallModels,
  type SmallModel,
} from './small-models.js'
import { runInNode, writeCase, type StockResults } from './stock-tfjs.js'

/** Those of which stock tfjs lacks layers. */
const graphModels = new Set<SmallModel>(['shufflenet_v2_x1_0', 'vit'])

describe('model: export to tfjs', () => {
  const directory = mkdtempSync(join(tmpdir(), 'atelier-tfjs-'))
  const names = Object.keys(smallModels) as SmallModel[]
  const expected = new Map<SmallModel, Float32Array>()
  const kinds = new Map<SmallModel, string>()
  let results: StockResults = {}

  before(async function () {
    this.timeout(60_000)
    const images = smallImages(2)
    for (const name of names) {
      const model = buildSmall(name)
      const encoded = encodeTfjs(model, { labels: ['a'] })
      writeCase(join(directory, name), encoded, images)
      kinds.set(name, encoded.kind)
      expected.set(name, await engineLogits(model, images))
      model.dispose()
    }
    results = await runInNode(names.map((name) => join(directory, name)))
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  for (const name of names) {
    const kind = graphModels.has(name) ? 'graph-model' : 'layers-model'
    it(`gives the logits of ${name} in stock tfjs, from a ${kind}`, () => {
      assert.equal(kinds.get(name), kind)
      const { shape, logits } = results[join(directory, name)]!
      assert.deepEqual(shape, [2, 5])
      const error = largestError(logits, expected.get(name)!)
      assert.ok(error <= 1e-5, `${error}`)
    })
  }

  it('keeps checkpoints loadable here, whatever their layers', () => {
    for (const name of ['resnet18', 'squeezenet1_1', 'vit'] as const) {
      const model = buildSmall(name)
      const hash = weightHash(model)
      const { modelJson, weights } = encodeModel(model, {})
      const { loads_in: loads, reason } = modelJson as { loads_in: string; reason?: string }
      assert.equal(loads, name === 'vit' ? 'atelier' : 'tfjs-layers')
      if (name === 'vit') assert.match(reason ?? '', /which tfjs does not have/)
      model.dispose()
      const copy = buildSmall(name)
      restoreWeights(copy, decodeWeights(JSON.parse(JSON.stringify(modelJson)), weights))
      assert.equal(weightHash(copy), hash)
      copy.dispose()
    }
  })
})
