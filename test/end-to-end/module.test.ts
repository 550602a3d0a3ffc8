import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { atelier, root } from '../cli.js'

/** The files of an example in the docs, by name: each stands in a block behind a line with its name and a colon. */
function exampleFiles(): Record<string, string> {
  const text = readFileSync(join(root, 'docs', 'data-sets.md'), 'utf8')
  const section = text.slice(text.indexOf('## A data set of your own'))
  const blocks = section.matchAll(/^`([^`\n]+)`:\n\n```\w+\n([^]*?)^```$/gm)
  return Object.fromEntries([...blocks].map(([, name = '', content = '']) => [name, content]))
}

describe('data sets of modules, end to end', function () {
  this.timeout(120_000)
  let cwd = ''
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'atelier-module-'))
    write({ 'package.json': '{"type": "module"}', ...exampleFiles() })
  })
  afterEach(() => rmSync(cwd, { recursive: true }))

  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true })
      writeFileSync(join(cwd, name), content)
    }
  }
  const change = (name: string, from: string, to: string): void => {
    const text = readFileSync(join(cwd, name), 'utf8')
    assert.ok(text.includes(from))
    writeFileSync(join(cwd, name), text.replace(from, to))
  }
  const run = (...words: string[]) =>
    atelier(words, { cwd, env: { XDG_CACHE_HOME: join(cwd, 'cache') } })
  const short = ['data=custom/stripes', 'data.count=40', 'data.batch_size=8', 'model=softmax']
  const succeeds = async (...words: string[]) => {
    const outcome = await run(...words)
    assert.equal(outcome.code, 0, outcome.stderr)
    return outcome
  }
  interface Lock {
    result_key: string
    modules: { name: string; path: string; sha256: string; files: { path: string }[] }[]
  }
  const trained = async (...words: string[]) => {
    const { json } = await succeeds('train', ...words, '--json')
    const { path, weight_hash } = json.result as { path: string; weight_hash: string }
    const lock = JSON.parse(readFileSync(join(path, 'spec.lock.json'), 'utf8')) as Lock
    return { path, weight_hash, lock, spec: join(path, 'spec.json') }
  }

  it('train, test, sweep and repeat; threads and augmentation change nothing', async () => {
    const words = [...short, 'trainer.epochs=2', 'augmentation=zalando_light']
    const [first, threads] = await Promise.all([
      trained(...words, 'data.num_workers=0'),
      trained(...words, 'data.num_workers=2'),
    ])
    assert.equal(threads.weight_hash, first.weight_hash)
    assert.equal(threads.lock.result_key, first.lock.result_key)
    const [module] = first.lock.modules
    assert.deepEqual([module?.name, module?.path], ['custom/stripes', join(cwd, 'stripes.js')])
    assert.deepEqual(
      module?.files.map(({ path }) => path),
      ['stripes.js'],
    )
    const tested = await succeeds('test', `checkpoint=${first.path}`)
    assert.match(tested.stdout, /^images {7}40 \(test\)$/m)
    const repeated = await trained(`spec=${first.spec}`)
    assert.equal(repeated.weight_hash, first.weight_hash)
    const swept = await succeeds('sweep', ...short, 'data.size=8,12', 'trainer.epochs=1')
    assert.equal(swept.stdout.match(/^ +[12] +[01] /gm)?.length, 2, swept.stdout)
  })

  it('are described, drawn, and snapshot with the files they are made from', async () => {
    change('stripes.js', 'open({ count', "places: () => ['notes.txt'],\n  open({ count")
    write({ 'notes.txt': 'upright and lying' })
    const described = await succeeds('data', 'describe', ...short)
    assert.match(described.stdout, /^custom\/stripes: 40 training/)
    await succeeds('data', 'preview', ...short, 'augmentation=challenge')
    assert.ok(existsSync(join(cwd, 'preview.png')))
    const plan = await succeeds('data', 'fetch', ...short, '--dry-run')
    assert.match(plan.stdout, /there +.*notes\.txt/)
    await succeeds('data', 'snapshot', ...short, 'out=stripes.manifest.json')
    await succeeds('data', 'verify', 'stripes.manifest.json')
    write({ 'notes.txt': 'lying and upright' })
    assert.equal((await run('data', 'verify', 'stripes.manifest.json')).code, 4)
  })

  it('are found where they were when the settings name them no more, and told when changed', async () => {
    const stop = [...short, 'trainer.epochs=300']
    const stopped = await atelier(['train', ...stop], {
      cwd,
      meanwhile: (child) =>
        child.stderr?.on('data', (text: string) => {
          if (/epoch +2\//.test(text)) child.kill('SIGINT')
        }),
    })
    assert.equal(stopped.code, 130, stopped.stderr)
    const [id = ''] = readdirSync(join(cwd, 'runs', 'default'))
    const path = join(cwd, 'runs', 'default', id)
    const settings = readFileSync(join(cwd, '.atelierrc.yaml'), 'utf8')
    rmSync(join(cwd, '.atelierrc.yaml'))
    await succeeds('test', `checkpoint=${path}`, 'split=val')
    await succeeds('train', `spec=${join(path, 'spec.json')}`, 'trainer.epochs=1')
    change('stripes.js', '? 30 : 220', '? 30 : 220 // brighter')
    const refused = await run('train', `resume=${id}`)
    assert.equal(refused.code, 4)
    assert.match(refused.stderr, /cannot go on: the module .*stripes\.js changed since it began/)
    const warned = await succeeds('test', `checkpoint=${path}`, 'split=val')
    assert.match(warned.stderr, /warning: the module .*stripes\.js of this run changed/)
    rmSync(join(cwd, 'stripes.js'))
    const gone = await run('test', `checkpoint=${path}`)
    assert.equal(gone.code, 4)
    assert.match(gone.stderr, /stripes\.js is not there, which defined 'custom\/stripes'/)
    write({ '.atelierrc.yaml': settings.replace('./stripes.js', 'sets/all.js') })
    write({ 'sets/all.js': exampleFiles()['stripes.js']! })
    await succeeds('test', `checkpoint=${path}`)
  })

  it('have options, keys and completion like built-in ones', async () => {
    write({
      '.atelierrc.yaml': 'modules: [./stripes.js]\nconfig_directories: [conf]\n',
      'conf/data/custom/fine.yaml': 'name: custom/stripes\nsize: 32\n',
      'conf/data/custom/wrong.yaml': 'name: custom/stripes\nsiz: 32\n',
    })
    const [groups, fine, wrong, range, option, key, schema] = await Promise.all([
      run('config', 'groups'),
      run('config', 'show', 'data=custom/fine', '--package', 'data'),
      run('train', 'data=custom/wrong', '--json'),
      run('train', 'data=custom/stripes', 'data.size=2', '--json'),
      run('__complete', 'train', 'data=custom/st'),
      run('__complete', 'train', 'data=custom/stripes', 'data.c'),
      run('config', 'schema', 'data'),
    ])
    assert.match(groups.stdout, /stripes +stripes\.js\/data\/custom\/stripes\.yaml +Upright and ly/)
    assert.match(fine.stdout, /size: 32\n[^]*count: 200\n/)
    const { error } = wrong.json
    assert.deepEqual(
      [error?.code, error?.location?.file, error?.location?.line, error?.suggestions],
      ['config_invalid', 'conf/data/custom/wrong.yaml', 2, ['size']],
    )
    assert.match(range.json.error?.message ?? '', /'data\.size' must be at least 8, but is 2/)
    assert.equal(range.json.error?.exit, 3)
    assert.equal(option.stdout, 'data=custom/stripes\t\n')
    assert.match(key.stdout, /^data\.count=\tTraining images\.$/m)
    assert.match(schema.stdout, /"const": "custom\/stripes"/)
    const unknown = await run('train', 'data=custom/strips')
    assert.match(unknown.stderr, /Did you mean custom\/stripes\?/)
    const missing = await run('train', 'data=custom/stripes', 'data.name=custom/other', '--json')
    assert.match(missing.json.error?.message ?? '', /must be a data set of a module that the sett/)
  })

  it('import atelier/define, and fail with the line of the user', async () => {
    mkdirSync(join(cwd, 'node_modules'))
    symlinkSync(root, join(cwd, 'node_modules', 'atelier'))
    if (existsSync(join(root, 'dist', 'program', 'define.js'))) {
      change(
        'stripes.js',
        'export default {',
        "import { defineDataset } from 'atelier/define'\nexport default defineDataset({",
      )
      writeFileSync(
        join(cwd, 'stripes.js'),
        readFileSync(join(cwd, 'stripes.js'), 'utf8').replace(/\}\n$/, '})\n'),
      )
      await succeeds('config', 'show', 'data=custom/stripes')
    }
    change('stripes.js', 'new Uint8Array(amount * size * size)', 'new Uint7Array(1)')
    const failed = await run('data', 'describe', 'data=custom/stripes')
    assert.equal(failed.code, 4)
    const { line } = /at .*stripes\.js:(?<line>\d+):\d+/.exec(failed.stderr)?.groups ?? {}
    const lines = readFileSync(join(cwd, 'stripes.js'), 'utf8').split('\n')
    assert.match(lines[Number(line) - 1] ?? '', /Uint7Array/, failed.stderr)
    write({ 'stripes.js': 'export default { name: "a", schema: { properties: {} } }\n' })
    const broken = await run('train')
    assert.equal(broken.code, 3)
    assert.match(broken.stderr, /stripes\.js: the data set 'a' has no function open/)
    await succeeds('runs', 'list')
    write({
      'stripes.js':
        'export default { name: "a", open() {}, schema: { properties: { k: { type: "int" } } } }',
    })
    assert.match((await run('train')).stderr, /schema of 'custom\/a' cannot be used: .*type/)
  })
})
