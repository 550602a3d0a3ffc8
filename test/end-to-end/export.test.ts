import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { decodeSafetensors } from '../../src/core/safetensors.js'
import { atelier } from '../cli.js'
import { small, train, type TrainResult } from './small.js'

interface ExportResult {
  readonly kind: string
  readonly weight_hash: string
  readonly files: { path: string; bytes: number; sha256: string; state: string }[]
}

describe('end to end: export', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-export-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))
  const words = [...small, 'model=cnn', 'model.widths=[4]', 'model.dense=8', 'trainer.epochs=1']
  let run: TrainResult

  before(async () => {
    run = await train(words, { cwd })
  })

  async function exported(...more: string[]): Promise<ExportResult> {
    const outcome = await atelier(['export', ...more, '--json'], { cwd })
    assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr)
    return outcome.json.result as ExportResult
  }

  it('writes one ONNX file into the run, which classifies as `test` does', async () => {
    const { kind, files, weight_hash } = await exported(`run=${run.run_id}`)
    assert.equal(kind, 'onnx')
    assert.equal(weight_hash, run.weight_hash)
    const [file] = files
    assert.equal(file?.path, join(run.path, 'export', 'best', 'model.onnx'))
    const content = readFileSync(file.path)
    assert.equal(file.bytes, content.length)
    assert.equal(file.sha256, createHash('sha256').update(content).digest('hex'))
    assert.match(content.toString('latin1'), /labels.*Ankle boot.*normalization.*rescale_255/s)
    const session = await InferenceSession.create(file.path)
    const { logits } = await session.run({
      image: new Tensor('float32', new Float32Array(2 * 28 * 28), [2, 28, 28, 1]),
    })
    assert.deepEqual(logits?.dims, [2, 10])
    await session.release()
  })

  it('leaves equal files alone, and others too without --force', async () => {
    const again = await exported(`checkpoint=${run.run_id}`)
    assert.equal(again.files[0]?.state, 'unchanged')
    const file = join(cwd, 'mine.onnx')
    writeFileSync(file, 'mine')
    const refused = await atelier(['export', 'run=latest', 'out=mine.onnx', '--json'], { cwd })
    assert.equal(refused.code, 8)
    assert.equal(refused.json.error?.code, 'output_unwritable')
    assert.match(refused.json.error.hint ?? '', /--force/)
    assert.equal(readFileSync(file, 'utf8'), 'mine')
    const { files } = await exported('run=latest', 'out=mine.onnx', '--force')
    assert.equal(files[0]?.state, 'replaced')
  })

  it('writes a tfjs model that predict takes too', async () => {
    const { kind, files } = await exported('run=latest', 'format=tfjs', 'out=web')
    assert.equal(kind, 'layers-model')
    assert.deepEqual(
      files.map(({ path }) => path),
      [join(cwd, 'web', 'weights.bin'), join(cwd, 'web', 'model.json')],
    )
    const picture = join(cwd, 'picture.svg')
    writeFileSync(picture, '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"/>')
    const predictions = await Promise.all(
      ['latest', 'web/model.json'].map(async (checkpoint) => {
        const { code, json } = await atelier(
          ['predict', 'picture.svg', `checkpoint=${checkpoint}`, 'engine.threads=1', '--json'],
          { cwd },
        )
        assert.equal(code, 0, JSON.stringify(json.error))
        return (json.result as { predictions: unknown }).predictions
      }),
    )
    assert.deepEqual(predictions[1], predictions[0])
  })

  it('writes the weights with the names of PyTorch', async () => {
    const { files } = await exported('run=latest', 'format=safetensors', 'out=w.safetensors')
    const tensors = decodeSafetensors(readFileSync(files[0]!.path))
    assert.ok([...tensors.keys()].some((name) => name.endsWith('running_mean')))
    assert.deepEqual(tensors.get('classifier.weight')?.shape, [10, 8])
  })

  it('writes nothing with --dry-run, and says where the files would go', async () => {
    const plan = ['export', 'run=latest', 'format=tfjs', 'out=dry', '--dry-run', '--json']
    const { code, json } = await atelier(plan, { cwd })
    assert.equal(code, 0)
    const { directory, files } = json.result as { directory: string; files: string[] }
    assert.deepEqual([directory, files], ['dry', ['model.json', 'weights.bin']])
    assert.ok(!existsSync(join(cwd, 'dry')))
  })

  const refusals: [string, string[], number, RegExp][] = [
    ['no model', [], 3, /checkpoint/],
    ['two models', ['run=latest', 'checkpoint=latest'], 2, /same thing/],
    ['an unknown run', ['run=20010101'], 4, /20010101/],
    ['an unknown format', ['run=latest', 'format=keras'], 3, /format/],
    ['a file for two files', ['run=latest', 'format=tfjs', 'out=a/model.json'], 2, /directory/],
    ['an unwritable place', ['run=latest', 'out=/proc/version/x'], 8, /\/proc\/version/],
  ]
  it('refuses what cannot be, each with its exit code', async function () {
    this.timeout(60_000)
    for (const [what, more, exit, message] of refusals) {
      const { code, json } = await atelier(['export', ...more, '--json'], { cwd })
      assert.equal(code, exit, `${what}: ${JSON.stringify(json)}`)
      assert.match(json.error?.message ?? '', message)
    }
  })

  it('wants to be told where, for a model outside of any run', async () => {
    cpSync(join(run.path, 'checkpoints', 'best'), join(cwd, 'alone'), { recursive: true })
    const nowhere = await atelier(['export', 'run=alone/model.json', '--json'], { cwd })
    assert.equal(nowhere.code, 2)
    assert.match(nowhere.json.error?.hint ?? '', /out=/)
    await exported('run=alone/model.json', 'out=elsewhere')
    assert.ok(existsSync(join(cwd, 'elsewhere', 'model.onnx')))
  })
})
