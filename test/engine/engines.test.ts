import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { openEngine, resolveEngine } from '../../src/engine/engines.js'
import { loadTensorflow } from '../../src/engine/tensorflow-library.js'

describe('engines', () => {
  const absent = loadTensorflow().kind === 'absent'

  it('resolve auto to what is there, with a reason and all usable threads', async () => {
    const resolved = await resolveEngine({ name: 'auto', device: 'cpu', threads: 'auto' })
    assert.equal(resolved.threads, availableParallelism())
    if (absent) assert.equal(resolved.name, 'onnxruntime')
    assert.match(resolved.reason, /TensorFlow|tfjs-node/)
  })

  it('keep an explicit choice', async () => {
    const resolved = await resolveEngine({ name: 'cpu', device: 'cpu', threads: 3 })
    assert.deepEqual([resolved.name, resolved.device, resolved.threads], ['cpu', 'cpu', 3])
  })

  it('refuse a device that the engine does not have', async () => {
    await assert.rejects(
      resolveEngine({ name: 'cpu', device: 'cuda', threads: 1 }),
      unavailable(/cpu has no device cuda/),
    )
  })

  it('say what is missing for tensorflow instead of using another engine', async function () {
    if (!absent) this.skip()
    const choice = await resolveEngine({ name: 'tensorflow', device: 'cpu', threads: 1 })
    await assert.rejects(openEngine(choice), unavailable(/tfjs-node-gpu: .*tfjs-node: /))
  })

  it('say so when a provider of ONNX Runtime is missing', async function () {
    const engine = await openEngine({ name: 'onnxruntime', device: 'cuda', threads: 1 })
    const compiled = engine.compile(({ x }) => ({ y: x!.clone() }), {
      inputs: { x: { shape: [1], dtype: 'float32' } },
      state: [],
    })
    await compiled.then(
      () => this.skip(),
      (error: unknown) => assert.ok(unavailable(/device cuda/)(error as Error)),
    )
  })
})

/** By name: the loader may hold a second copy of the class for what is imported late. */
function unavailable(message: RegExp) {
  return ({ name, code, message: text }: Error & { code?: string }) =>
    name === 'AppError' && code === 'engine_unavailable' && message.test(text)
}
