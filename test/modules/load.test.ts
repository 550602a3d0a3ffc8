import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  defineDataset,
  type DatasetDefinition,
  type DatasetPart,
} from '../../src/modules/define.js'
import { loadModules, runOwn } from '../../src/modules/load.js'
import { sourceFiles } from '../../src/modules/source-files.js'

describe('modules', () => {
  let root: string
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'atelier-modules-'))))
  afterEach(() => rmSync(root, { recursive: true }))

  const write = (name: string, text: string): string => {
    const path = join(root, name)
    writeFileSync(path, text)
    return path
  }
  const load = (...paths: string[]) => loadModules(paths, root)
  const set = (name: string) => `{ name: '${name}', schema: { properties: {} }, open() {} }`

  it('give one data set or several', async () => {
    const one = write('one.mjs', `export default ${set('one')}`)
    const two = write('two.mjs', `export default [${set('two')}, ${set('Tri-3_x')}]`)
    const loaded = await load(one, two, one)
    assert.deepEqual(
      loaded.map(({ name, shown, module }) => [name, shown, module.path]),
      [
        ['custom/one', 'one.mjs', one],
        ['custom/two', 'two.mjs', two],
        ['custom/Tri-3_x', 'two.mjs', two],
      ],
    )
  })

  it('are refused with the field that is wrong', async () => {
    const cases: [string, RegExp][] = [
      ['export const x = 1', /a\d+\.mjs: has no default export/],
      ['export default []', /exports an empty list/],
      ['export default 3', /exports default, which is no object/],
      [`export default [${set('a')}, null]`, /exports default\[1\], which is no object/],
      [`export default { ...${set('a')}, apply() {} }`, /default has the unknown field 'apply'/],
      [`export default ${set('3d')}`, /default\.name must be a text of letters.* but is '3d'/],
      ["export default { name: 'a', schema: { properties: {} } }", /'a' has no function open/],
      ["export default { name: 'a', open() {} }", /schema of the data set 'a' must be an object/],
      [`export default { ...${set('a')}, places: [] }`, /places of the data set 'a' must be/],
      [`export default [${set('a')}, ${set('a')}]`, /defines the data set 'custom\/a', which a/],
    ]
    for (const [index, [text, message]] of cases.entries()) {
      const path = write(`a${index}.mjs`, text)
      await assert.rejects(load(path), { code: 'module_invalid', message })
    }
    await assert.rejects(load(join(root, 'none.mjs')), {
      code: 'module_invalid',
      message: /Cannot read the module none\.mjs \(ENOENT\)/,
    })
  })

  it('that fail are told with the line of the user', async () => {
    const inner = write('inner.mjs', 'export const a = 1\nexport const b = = 2\n')
    const outer = write('outer.mjs', "import { b } from './inner.mjs'\nexport default b\n")
    await assert.rejects(load(outer), {
      code: 'module_invalid',
      message: /outer\.mjs cannot be loaded: SyntaxError/,
      location: { file: inner, line: 2 },
    })
    const thrower = write('thrower.mjs', '\nconst x = undefined\nx.y()\n')
    await assert.rejects(load(thrower), {
      code: 'module_invalid',
      message: /TypeError: Cannot read properties of undefined/,
      location: { file: thrower, line: 3, column: 3 },
    })
    const later = write(
      'later.mjs',
      `export default { ...${set('late')},\n open() {\n  [1].map(() => { throw new RangeError('no') }) } }`,
    )
    const [dataset] = await load(later)
    const open = () => dataset!.definition.open({}, undefined as never)
    await assert.rejects(runOwn(dataset!, 'open', open), {
      code: 'module_failed',
      message: /open of the data set 'custom\/late' failed: RangeError: no/,
    })
    const location = await runOwn(dataset!, 'open', open).catch(
      (error: unknown) => (error as { location: unknown }).location,
    )
    assert.deepEqual(location, { file: later, line: 3, column: 25 })
  })

  it('that wait for ever are told as such, instead of an end without a word', () => {
    const main = new URL('../../src/modules/load.ts', import.meta.url).href
    const stuck = write(
      'stuck.mjs',
      `export default { ...${set('stuck')}, open: () => new Promise(() => {}) }`,
    )
    const never = write('never.mjs', 'await new Promise(() => {})')
    for (const [path, expected] of [
      [stuck, /open of the data set 'custom\/stuck' failed: .*waits for a promise/],
      [never, /never\.mjs cannot be loaded: .*waits for a promise/],
    ] as const) {
      const program = `
        import { loadModules, runOwn } from '${main}'
        try {
          const [dataset] = await loadModules(['${path}'], '${root}')
          await runOwn(dataset, 'open', () => dataset.definition.open({}))
        } catch (error) { console.log(error.code, error.message) }`
      const script = write('script.mjs', program)
      const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', script], {
        encoding: 'utf8',
        cwd: new URL('../..', import.meta.url).pathname,
      })
      assert.equal(status, 0)
      assert.match(stdout, expected)
    }
  })

  it('are known by the hash of all their files, wherever they lie', async () => {
    const files = (directory: string) => {
      mkdirSync(join(root, directory, 'deep'), { recursive: true })
      const at = (name: string) => `${directory}/${name}`
      write(at('deep/c.json'), '{"a": 1}')
      write(at('b.js'), "// import './gone.js'\nconst c = await import('./deep/c.json')\n")
      write(at('unused.js'), '')
      return write(at('a.js'), "import fs from 'node:fs'\nimport b from './b.js'\nimport \"yaml\"")
    }
    const first = files('one')
    const { files: found, sha256 } = await sourceFiles(first)
    assert.deepEqual(
      found.map(({ path }) => path),
      ['a.js', 'b.js', 'deep/c.json'],
    )
    assert.equal((await sourceFiles(files('two'))).sha256, sha256)
    write('one/unused.js', '1')
    assert.equal((await sourceFiles(first)).sha256, sha256)
    write('one/deep/c.json', '{"a": 2}')
    assert.notEqual((await sourceFiles(first)).sha256, sha256)
  })

  it('have types that TypeScript checks', () => {
    const stripes: DatasetDefinition<{ count: number }> = defineDataset<{ count: number }>({
      name: 'stripes',
      schema: { properties: { count: { type: 'integer', default: 3 } } },
      open: ({ count }, { allocate }) => ({
        shape: [2, 2, 1],
        classes: ['a', 'b'],
        splits: { train: { images: allocate(count * 4), labels: [0, 1, 0] } },
      }),
      places: ({ count }) => [`${count}.bin`],
    })
    assert.equal(stripes.name, 'stripes')
    // @ts-expect-error -- the key is not one of the config's
    defineDataset<{ count: number }>({ ...stripes, open: ({ amount }) => amount as never })
    // @ts-expect-error -- a shape has three numbers
    defineDataset({ ...stripes, open: () => ({ shape: [2, 2], classes: [], splits: {} }) })
    // @ts-expect-error -- images are bytes
    const part: DatasetPart = { images: [1], labels: [0] }
    assert.ok(part)
  })
})
