import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atelier } from '../cli.js'

interface Finding {
  readonly area: string
  readonly name: string
  readonly state: 'ok' | 'absent' | 'broken'
  readonly detail: string
  readonly remedy: string | null
}

interface Result {
  readonly ok: boolean
  readonly engine: { name: string; device: string; threads: number; reason: string } | null
  readonly findings: readonly Finding[]
}

describe('command: doctor', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-doctor-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))

  async function examined(words: string[], env: Record<string, string> = {}) {
    const { code, json } = await atelier(['doctor', ...words, '--json'], { cwd, env })
    const result = json.result as Result
    const finding = (name: string): Finding => {
      const found = result.findings.find((one) => one.name === name)
      assert.ok(found, `no finding ${name}`)
      return found
    }
    return { code, json, result, finding }
  }

  it('lists engines, devices, versions and places, explains the choice, and writes nothing', async () => {
    const { code, result, finding } = await examined([])
    assert.equal(code, 0)
    assert.equal(result.ok, true)
    assert.equal(finding('onnxruntime on cpu').state, 'ok')
    assert.match(finding('onnxruntime on cpu').detail, /^1\.\d+/)
    assert.ok(finding('engine=auto').detail.startsWith(result.engine?.reason ?? 'no reason'))
    assert.ok(finding('node').detail.startsWith(process.version))
    for (const { state, remedy } of result.findings) assert.equal(remedy === null, state === 'ok')
    assert.deepEqual(readdirSync(cwd), [])
  })

  it('says why the engine that is asked for cannot run, and what to do', async function () {
    const { code, json, result, finding } = await examined([
      'engine=onnxruntime',
      'engine.device=cuda',
    ])
    if (finding('onnxruntime on cuda').state === 'ok') this.skip()
    assert.equal(code, 4)
    assert.equal(json.error?.code, 'environment_broken')
    assert.match(json.error.hint ?? '', /install-cuda/)
    assert.equal(result.ok, false)
    assert.equal(finding('engine=onnxruntime').state, 'broken')
  })

  it('refuses a device that no engine of that name has', async () => {
    const { code, result, finding } = await examined(['engine=cpu', 'engine.device=webgpu'])
    assert.equal(code, 4)
    assert.equal(result.engine, null)
    assert.match(finding('engine=cpu').detail, /no device webgpu/)
  })

  it('finds a run directory that cannot be made, and files that FASHION_DIR lacks', async () => {
    writeFileSync(join(cwd, 'file'), '')
    const { code, finding } = await examined(['run.root=file/runs'], { FASHION_DIR: cwd })
    assert.equal(code, 4)
    assert.match(finding('runs').detail, /cannot be written/)
    assert.match(finding('fashion_mnist').detail, /FASHION_DIR.*train-images-idx3-ubyte/)
    assert.equal(finding('fashion_mnist').state, 'absent')
  })

  it('shows people the same, with what to do at the end', async () => {
    const { code, stdout } = await atelier(['doctor'], { cwd })
    assert.equal(code, 0)
    assert.match(stdout, /^program\n {2}atelier/)
    assert.match(stdout, /\nengines\n {2}onnxruntime on cpu/)
  })
})
