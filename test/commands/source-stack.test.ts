import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { transformSync } from 'esbuild'
import { sourceStack } from '../../src/commands/source-stack.js'
import { root } from '../cli.js'

describe('commands/source-stack', () => {
  let directory = ''
  before(() => (directory = mkdtempSync(join(tmpdir(), 'atelier-stack-'))))
  after(() => rmSync(directory, { recursive: true }))

  it('shows where a bundled function stands in its source', () => {
    const source = `type Nothing = never\n\nfunction fail(): Nothing {\n  throw new Error('no')\n}\nfail()\n`
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      minify: true,
      sourcemap: 'external',
      sourcefile: 'fail.ts',
    })
    const file = join(directory, 'bundled.js')
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
    writeFileSync(file, code)
    writeFileSync(`${file}.map`, map)
    const env = { ...process.env, NODE_OPTIONS: '' }
    const { stderr } = spawnSync(process.execPath, [file], { env, encoding: 'utf8' })
    const place = relative(root, join(directory, 'fail.ts'))
    const stack = sourceStack(stderr)
    assert.ok(stack.includes(`${place}:4:`), stack)
    assert.ok(stack.includes(`${place}:6:`), stack)
  })

  it('leaves places without a map as they are', () => {
    const stack = 'Error: no\n    at f (file:///nowhere/x.js:1:2)\n    at node:internal/main:1:1'
    assert.equal(sourceStack(stack), stack)
  })
})
