import assert from 'node:assert/strict'
import { Random } from '../../src/core/random.js'
import type { GradientClippingConfig } from '../../src/spec/types.gen.js'
import { clipped } from './gradient-clipping.js'
import { withEngines } from './with-engines.js'

const random = new Random(5, 'clipping')
const shapes = [[2, 3, 2, 2], [7], []]
const gradients = shapes.map((shape) =>
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
    Math.fround(4 * random.uniform() - 2),
  ),
)
const all = gradients.flat()

function normOf(type: GradientClippingConfig['norm_type']): number {
  if (type === 'inf') return Math.max(...all.map(Math.abs))
  return all.reduce((sum, value) => sum + Math.abs(value) ** type, 0) ** (1 / type)
}

withEngines('gradient clipping', (engine) => {
  for (const norm_type of [1, 2, 3.5, 'inf'] as const) {
    it(`scales all tensors together to a norm of type ${norm_type}`, async () => {
      const norm = normOf(norm_type) / 3
      const config = { value: null, norm, norm_type }
      const got = await clipped(engine(), config, gradients, shapes)
      assert.ok(Math.abs(got.norm - 3 * norm) < 1e-5 * got.norm)
      const scale = norm / (3 * norm + 1e-6)
      got.gradients.flat().forEach((value, i) => {
        assert.ok(Math.abs(value - scale * all[i]!) < 1e-6)
      })
    })

    it(`changes no bit below a norm of type ${norm_type}`, async () => {
      const config = { value: null, norm: 1.01 * normOf(norm_type), norm_type }
      assert.deepEqual((await clipped(engine(), config, gradients, shapes)).gradients, gradients)
    })
  }

  it('clips values first, then the norm', async () => {
    const config = { value: 0.5, norm: 0.1, norm_type: 2 }
    const bounded = all.map((value) => Math.max(-0.5, Math.min(0.5, value)))
    const scale = 0.1 / (Math.hypot(...bounded) + 1e-6)
    const got = (await clipped(engine(), config, gradients, shapes)).gradients.flat()
    got.forEach((value, i) => assert.ok(Math.abs(value - scale * bounded[i]!) < 1e-6))
  })

  it('leaves everything be without limits', async () => {
    const config = { value: null, norm: null, norm_type: 2 }
    assert.deepEqual((await clipped(engine(), config, gradients, shapes)).gradients, gradients)
  })
})
