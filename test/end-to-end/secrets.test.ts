import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atelier } from '../cli.js'
import { small, train } from './small.js'

const value = 'open-sesame-4711'
const env = { MY_TOKEN: value }

describe('secrets, end to end', function () {
  this.timeout(120_000)
  const cwd = mkdtempSync(join(tmpdir(), 'atelier-secrets-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))

  before(() => {
    mkdirSync(join(cwd, 'conf', 'notes'), { recursive: true })
    writeFileSync(
      join(cwd, 'conf', 'notes', 'mine.yaml'),
      '# @package run\nnote: !secret MY_TOKEN\n',
    )
    writeFileSync(join(cwd, '.atelierrc.yaml'), 'config_directories: [conf]\n')
  })

  it('appear in no file of a run, and in nothing printed', async () => {
    const run = await train([...small, 'trainer.epochs=1', '+notes=mine'], { cwd, env })
    const files = filesBelow(cwd)
    assert.ok(files.length > 10)
    for (const file of files) assert.ok(!readFileSync(file).includes(value), file)
    const spec = join(run.path, 'spec.json')
    assert.match(readFileSync(spec, 'utf8'), /"note":\s*"\$\{secret:MY_TOKEN\}"/)
    const again = await atelier(['train', `spec=${spec}`, '--dry-run', '--json'], { cwd, env })
    assert.equal(again.code, 0)
    const printed = [
      again,
      await atelier(['config', 'show', '+notes=mine'], { cwd, env }),
      await atelier(['config', 'show', '+notes=mine', '--json'], { cwd, env }),
      await atelier(['train', '+notes=mine', 'model.name=[${run.note}]', '--json'], { cwd, env }),
    ]
    for (const { stdout, stderr } of printed) {
      assert.match(stdout, /\$\{secret:MY_TOKEN\}/)
      assert.ok(!(stdout + stderr).includes(value))
    }
    assert.equal(printed[3]?.code, 3)
  })

  it('are read where a database is opened, and are not told', async () => {
    const words = ['sql-export', "database.url='sqlite:${secret:MY_TOKEN}.db'", '--json']
    const unset = await atelier(words, { cwd, env: { MY_TOKEN: '' } })
    assert.equal(unset.json.error?.code, 'config_missing')
    const absent = await atelier(words, { cwd, env })
    assert.equal(absent.json.error?.code, 'database_failed')
    assert.match(absent.stdout, /secret:MY_TOKEN/)
    assert.ok(!(absent.stdout + absent.stderr).includes(value))
  })
})

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
