import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { bundleSchema } from '../../src/config/bundled-schema.js'
import { readSchemaFiles } from '../../src/config/schema-files.js'
import { atelier, root } from '../cli.js'

describe('whole directories of configs', () => {
  let cwd = ''
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'atelier-tree-'))))
  afterEach(() => rmSync(cwd, { recursive: true }))

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
  }

  async function result<T>(...words: string[]): Promise<T> {
    const { code, stdout, stderr, json } = await atelier(['config', ...words, '--json'], { cwd })
    assert.equal(code, 0, stderr || stdout)
    return json.result as T
  }

  describe('config validate', () => {
    it('finds the built-in configs valid, and says what it checked', async () => {
      const { code, stdout } = await atelier(['config', 'validate'], { cwd })
      assert.equal(code, 0)
      const options = readdirSync(join(root, 'configs'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .flatMap(({ name }) => readdirSync(join(root, 'configs', name)))
      assert.match(stdout, /^configs +train, test, predict, export, doctor, sweep, sql-export/m)
      assert.match(stdout, new RegExp(`^groups .* with ${options.length} options$`, 'm'))
      assert.match(stdout, /^problems +none$/m)
    })

    it('finds every problem of a directory at once, each once and in its file', async () => {
      write({
        'conf/optimizer/bad.yaml': 'name: sgd\nlrr: 1\nlr: -1\n',
        'conf/model/broken.yaml': 'name: [\n',
        'conf/experiment/lost.yaml': '# @package _global_\nseed: ${optimizer.lrx}\n',
        'conf/experiment/fine.yaml':
          '# @package _global_\ndefaults:\n  - override /model: cnn\n\nseed: 3\n',
        'conf/model/forgotten.yml': 'name: mlp\n',
        'conf/mine.yaml': 'defaults:\n  - train\n  - _self_\n\nseeds: 3\n',
      })
      const { code, json } = await atelier(['config', 'validate', 'conf', '--json'], { cwd })
      assert.equal(code, 3)
      const details = json.error?.details as { location: { file: string; line: number } }[]
      const places = details.map(({ location }) => `${location.file}:${location.line}`)
      assert.deepEqual(
        places.sort(),
        [
          'conf/experiment/lost.yaml:2',
          'conf/mine.yaml:5',
          'conf/model/broken.yaml:2',
          'conf/optimizer/bad.yaml:2',
          'conf/optimizer/bad.yaml:3',
        ].map((place) => join(...place.split('/'))),
      )
      assert.equal((json.result as { problems: number }).problems, 5)
      assert.match(json.warnings.join(), /model\/forgotten.yml is not seen/)
    })

    it('checks a tree that stands alone, without a schema', async () => {
      write({
        'hydra/config.yaml': 'defaults:\n  - db: mysql\n  - _self_\n\nurl: ${db.host}\n',
        'hydra/db/mysql.yaml': 'host: here\n',
        'hydra/db/sqlite.yaml': 'path: there\n',
      })
      const { code, json } = await atelier(
        ['config', 'validate', '--config-path', 'hydra', '--json'],
        { cwd },
      )
      assert.equal(code, 3)
      assert.match(json.error?.message ?? '', /no key 'db.host'/)
      write({ 'hydra/db/sqlite.yaml': 'host: there\n' })
      const sound = await result<{ compositions: number; configs: unknown }>(
        'validate',
        '--config-path',
        'hydra',
      )
      assert.equal(sound.compositions, 3)
      assert.deepEqual(sound.configs, [{ name: 'config', root: null }])
    })

    it('refuses a directory that is not there', async () => {
      assert.equal((await atelier(['config', 'validate', 'nowhere'], { cwd })).code, 2)
    })
  })

  describe('config schema', () => {
    const ajv = (): Ajv2020 =>
      new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false })

    it('is one valid schema of composed configs', async () => {
      const { schema } = await result<{ schema: object }>('schema', '--composed')
      const validate = ajv().compile(schema)
      const { config } = await result<{ config: { seed: unknown } }>('show', 'model=cnn')
      assert.ok(validate(config))
      assert.ok(!validate({ ...config, seed: 'no' }))
      assert.ok(!validate({ ...config, sed: 1 }))
    })

    it('accepts every shipped file in its form for editors, and no misspelt key', () => {
      const names = readdirSync(join(root, 'configs'), { recursive: true, encoding: 'utf8' })
      const files = names.filter((name) => name.endsWith('.yaml'))
      const schemaNames = new Set(files.map((file) => file.split(/[/\\]|\.yaml/)[0] ?? ''))
      const shipped = readSchemaFiles()
      const schemas = new Map(
        [...schemaNames].map((name) => [
          name,
          ajv().compile(bundleSchema(shipped, name, 'editor')),
        ]),
      )
      for (const file of files) {
        const validate = schemas.get(file.split(/[/\\]|\.yaml/)[0] ?? '')
        assert.ok(validate)
        const content = parse(readFileSync(join(root, 'configs', file), 'utf8'), {
          // A secret is a tag of ours.
          logLevel: 'error',
        }) as object
        assert.ok(validate(content), `${file}: ${JSON.stringify(validate.errors)}`)
        assert.ok(!validate({ ...content, misspelt: 1 }), file)
      }
    })

    it('lets references and unset values stand for any value', async () => {
      const { schema } = await result<{ schema: object }>('schema')
      const validate = ajv().compile(schema)
      assert.ok(validate({ seed: '${oc.env:SEED}', optimizer: { lr: '???' } }))
      assert.ok(!validate({ seed: 'SEED' }))
    })

    it('is written to a file, and knows no other names', async () => {
      const words = ['config', 'schema', 'optimizer', '--output', 'deep/optimizer.json']
      assert.equal((await atelier(words, { cwd })).code, 0)
      const text = readFileSync(join(cwd, 'deep', 'optimizer.json'), 'utf8')
      assert.equal((JSON.parse(text) as { title: string }).title, 'OptimizerConfig')
      const { code, stderr } = await atelier(['config', 'schema', 'optimiser'], { cwd })
      assert.equal(code, 2)
      assert.match(stderr, /Did you mean optimizer/)
    })
  })

  describe('config groups', () => {
    interface Group {
      readonly group: string
      readonly options: readonly {
        readonly name: string
        readonly description: string | null
        readonly file: string
        readonly shadows: readonly string[]
        readonly default_of: readonly string[]
      }[]
      readonly groups: readonly Group[]
    }

    it('lists options with their origin, description and whether they are defaults', async () => {
      write({
        'conf/model/mlp.yaml': '# @package model\n# Ours, and\n# better.\nname: mlp\n',
        'conf/model/deep/er.yaml': 'name: mlp\n',
      })
      const { groups } = await result<{ groups: Group[] }>('groups', '--config-dir', 'conf')
      const model = groups.find(({ group }) => group === 'model')
      const mlp = model?.options.find(({ name }) => name === 'mlp')
      assert.equal(mlp?.description, 'Ours, and better.')
      assert.equal(mlp.file, join('conf', 'model', 'mlp.yaml'))
      assert.match(mlp.shadows[0] ?? '', /configs.model.mlp.yaml$/)
      assert.deepEqual(mlp.default_of, ['train', 'sweep'])
      assert.equal(model?.groups[0]?.group, 'model/deep')
      const cnn = model.options.find(({ name }) => name === 'cnn')
      assert.match(cnn?.description ?? '', /Convolution/)
      assert.deepEqual(cnn?.default_of, [])
    })

    it('prints them as a tree, defaults marked', async () => {
      const { stdout } = await atelier(['config', 'groups', 'sql-export'], { cwd })
      assert.match(stdout, /^database {2}/m)
      assert.match(stdout, /^ {2}\* demo +.*demo.yaml/m)
      assert.match(stdout, /^ {4}sqlite +/m)
      assert.doesNotMatch(stdout, /\* mlp/)
    })
  })
})
