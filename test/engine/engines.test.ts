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

  for (const [device, remedy] of [
    ['cuda', /install-cuda/],
    ['webgpu', /driver/],
  ] as const) {
    it(`say what ${device} lacks where ONNX Runtime cannot use it, and compute nothing`, async function () {
      await openEngine({ name: 'onnxruntime', device, threads: 1 }).then(
        () => this.skip(),
        (error: unknown) => {
          assert.ok(unavailable(new RegExp(`the device ${device} here: .`))(error as Error))
          assert.match((error as { hint: string }).hint, remedy)
        },
      )
    })
  }
})

/** By name: the loader may hold a second copy of the class for what is imported late. */
function unavailable(message: RegExp) {
  return ({ name, code, message: text }: Error & { code?: string }) =>
    name === 'AppError' && code === 'engine_unavailable' && message.test(text)
}
