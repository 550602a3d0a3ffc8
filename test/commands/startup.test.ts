import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atelier } from '../cli.js'

const heavy = [
  '@resvg',
  '@tensorflow',
  'ajv',
  'cli-progress',
  'cosmiconfig',
  'csv-stringify',
  'kysely',
  'libsql',
  'onnxruntime-node',
  'sharp',
  'vega',
  'vega-lite',
  'yaml',
]

/** Preloaded into the process under test: appends the URL or path of every module it loads to MODULE_LOG. */
const recorder = `
import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { isMainThread } from 'node:worker_threads'
const note = (path) => appendFileSync(process.env.MODULE_LOG, path + '\\n')
export async function load(url, context, next) {
  note(url)
  return next(url, context)
}
if (isMainThread) {
  register(import.meta.url)
  process.on('exit', () => Object.keys(createRequire('file:///').cache).forEach(note))
}`

describe('start-up', () => {
  let directory = ''
  before(() => (directory = mkdtempSync(join(tmpdir(), 'atelier-modules-'))))
  after(() => rmSync(directory, { recursive: true }))

  /** The packages, by their first folder, that a command loads, also those inside the files of the build. */
  async function packagesOf(words: string[], program?: string): Promise<Set<string>> {
    const log = join(directory, `${words.join('_')}.txt`)
    const hooks = `data:text/javascript,${encodeURIComponent(recorder)}`
    const env = { NODE_OPTIONS: `--import=${hooks}`, MODULE_LOG: log }
    const { code, stderr } = await atelier(words, { env, ...(program && { program }) })
    assert.equal(code, 0, stderr)
    const loaded = readFileSync(log, 'utf8').split('\n')
    const names = [...loaded, ...loaded.flatMap(bundledIn)].map(
      (path) => /.*node_modules\/([^/]+)/.exec(path)?.[1],
    )
    return new Set(names.filter((name) => name !== undefined))
  }

  it('--version loads no package at all', async () => {
    assert.deepEqual(await packagesOf(['--version'], 'run.js'), new Set())
  })

  it('completion loads neither oclif nor a parser of YAML nor anything heavy', async () => {
    const packages = await packagesOf(['__complete', 'train', 'model=mlp', 'optimizer.'])
    assert.deepEqual(
      [...heavy, '@oclif', 'yaml', 'cli-progress'].filter((name) => packages.has(name)),
      [],
    )
  })

  for (const words of [[], ['--help'], ['train', '--help'], ['sql-export', '--help'], ['runs']]) {
    it(`'${words.join(' ')}' loads nothing heavy`, async () => {
      const packages = await packagesOf(words)
      assert.ok(packages.has('@oclif'))
      assert.deepEqual(
        heavy.filter((name) => packages.has(name)),
        [],
      )
    })
  }
})

/** The sources that a file of the build was made of; none for any other file. */
function bundledIn(url: string): string[] {
  if (!/^file:.*\/dist\/program\//.test(url)) return []
  const map = `${fileURLToPath(url)}.map`
  if (!existsSync(map)) return []
  return (JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }).sources
}
