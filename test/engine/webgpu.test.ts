import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atelier } from '../cli.js'

/** Vulkan in software, which comes with Debian's Chromium. */
const software = '/usr/lib/chromium/vk_swiftshader_icd.json'

describe('onnxruntime on webgpu', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-webgpu-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))

  if (!existsSync(software)) {
    it.skip(`is not checked: there is no ${software}`)
    return
  }
  const env = { VK_DRIVER_FILES: software, VK_ICD_FILENAMES: software }
  const small = ['data.train_size=100', 'data.test_size=60', 'data.batch_size=32']
  const words = [...small, 'trainer.epochs=1', 'engine=onnxruntime', 'engine.threads=1']

  async function losses(device: string): Promise<number[]> {
    const model = ['model=resnet18', 'model.width=0.0625']
    const train = ['train', ...model, ...words, `engine.device=${device}`, '--json']
    const { code, json } = await atelier(train, { cwd, env })
    assert.equal(code, 0, JSON.stringify(json.error))
    const { path } = json.result as { path: string }
    const [row = ''] = readFileSync(join(path, 'metrics.csv'), 'utf8').trim().split('\n').slice(-1)
    const [, , train_loss, , val_loss] = row.split(',').map(Number)
    return [train_loss!, val_loss!]
  }

  it('trains as on cpu, but for rounding', async function () {
    this.timeout(90_000)
    const [cpu, webgpu] = [await losses('cpu'), await losses('webgpu')]
    for (const [index, loss] of cpu.entries()) {
      assert.ok(Math.abs(loss - webgpu[index]!) <= 1e-4 * loss, `${loss} and ${webgpu[index]}`)
    }
  })

  it('says what it cannot compute, and leaves that to no other device', async function () {
    this.timeout(90_000)
    const model = ['model=mobilenet_v2', 'model.width=0.25']
    const train = ['train', ...model, ...words, 'engine.device=webgpu', '--json']
    const { code, json } = await atelier(train, { cwd, env })
    if (code === 0) this.skip()
    assert.equal(code, 1)
    assert.equal(json.error?.code, 'engine_unsupported')
    assert.match(json.error.message, /on the device webgpu: ./)
  })
})
