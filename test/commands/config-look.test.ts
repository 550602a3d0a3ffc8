import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { atelier } from '../cli.js'

interface Place {
  readonly kind: string
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  readonly override: { readonly number: number; readonly word: string } | null
}

interface Step {
  readonly place: Place
  readonly chosen: Place | null
  readonly value: unknown
}

interface Explanation {
  readonly value: unknown
  readonly failure: string | null
  readonly steps: readonly Step[]
  readonly inputs: readonly {
    readonly kind: string
    readonly name?: string
    readonly value?: unknown
    readonly target?: Explanation
  }[]
}

describe('looking at configs', () => {
  let cwd = ''
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'atelier-config-'))))
  afterEach(() => rmSync(cwd, { recursive: true }))

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
  }

  async function config(...words: string[]) {
    const outcome = await atelier(['config', ...words], { cwd, env: { WHO: 'ada' } })
    assert.equal(outcome.code, 0, outcome.stderr)
    return outcome
  }

  async function result<T>(...words: string[]): Promise<T> {
    return (await config(...words, '--json')).json.result as T
  }

  const own = {
    'conf/optimizer/mine.yaml': 'defaults:\n  - sgd\n\nlr: 0.05\n',
    'conf/experiment/quick.yaml':
      '# @package _global_\ndefaults:\n  - override /model: softmax\n\nexperiment: ${oc.env:WHO,nobody}-quick\n',
  }

  it('shows no password of a database URL', async () => {
    const word = "database.url='postgres://me:se/c@ret@host/shop?password=secret'"
    for (const rest of [
      ['show', 'sql-export'],
      ['explain', 'database.url', 'sql-export'],
    ]) {
      for (const flags of [[], ['--json'], ...(rest[0] === 'show' ? [['--origins']] : [])]) {
        const { code, stdout, stderr } = await atelier(['config', ...rest, word, ...flags], { cwd })
        assert.equal(code, 0)
        assert.match(stdout, /postgres:\/\/me:\*+@host/)
        assert.doesNotMatch(stdout + stderr, /se\/c|ret@|secret/)
      }
    }
    const words = ['diff', word, '', '--root', 'sql-export']
    const { stdout } = await atelier(['config', ...words], { cwd })
    assert.match(stdout, /postgres:\/\/me:\*+@host/)
  })

  it('shows one part of a config, with the origin of each value behind it', async () => {
    write(own)
    const words = ['optimizer=mine', 'optimizer.momentum=0.5', '--config-dir', 'conf']
    const { stdout } = await config('show', ...words, '--package', 'optimizer', '--origins')
    const lines = stdout.trimEnd().split('\n')
    assert.equal(lines[0], '# @package optimizer')
    assert.match(lines[2] ?? '', /^lr: 0.05 +# conf.optimizer.mine.yaml:4:5$/)
    assert.match(
      lines[3] ?? '',
      /^momentum: 0.5 +# override 2 \(optimizer.momentum=0.5\), column 20$/,
    )
    assert.match(lines[1] ?? '', /^name: sgd +# .*configs.optimizer.sgd.yaml:1:7$/)
  })

  it('says what an interpolation was written as, and what it read', async () => {
    write(own)
    const words = ['+experiment=quick', '--config-dir', 'conf', '--origins']
    const { stdout } = await config('show', ...words)
    assert.match(
      stdout,
      /^experiment: ada-quick +# .* as \$\{oc.env:WHO,nobody\}-quick <- environment variable WHO$/m,
    )
    assert.match(
      stdout,
      /seed: 42 +# .*stratified.yaml:\d+:7 as \$\{seed\} <- .*train.yaml:\d+:\d+$/m,
    )
    assert.match(stdout, /hidden: \[\] +# .*softmax.yaml:\d+:\d+$/m)
  })

  it('applies a directory of experiments, which override groups and values', async () => {
    write(own)
    const words = ['+experiment=quick', '--config-dir', 'conf']
    const shown = await result<{ config: { experiment: string; model: { hidden: [] } } }>(
      'show',
      ...words,
    )
    assert.equal(shown.config.experiment, 'ada-quick')
    assert.deepEqual(shown.config.model.hidden, [])
    assert.match(
      (await config('show', '--tree', ...words)).stdout,
      /experiment\/quick +\(override 1/,
    )
  })

  it('shows a config as it is written, mandatory values unset', async () => {
    const { stdout } = await config('show', 'test', '--no-resolve')
    assert.match(stdout, /^checkpoint: \?\?\?$/m)
    assert.match((await config('show', '--no-resolve')).stdout, /seed: \$\{seed\}/)
    const refused = await atelier(['config', 'show', 'test'], { cwd })
    assert.equal(refused.code, 3)
  })

  it('shows choices, the defaults list and its tree', async () => {
    const [choices, list, tree] = await Promise.all([
      config('show', 'model=softmax', '--choices'),
      config('show', 'model=softmax', '--defaults'),
      config('show', 'sweep', '--tree'),
    ])
    assert.match(choices.stdout, /^model +softmax$/m)
    const order = ['model/mlp', 'model/softmax', 'loss/cross_entropy', 'train '].map((name) =>
      list.stdout.indexOf(name),
    )
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    )
    assert.match(list.stdout, /model\/softmax +model +_self_ +override 1 \(model=softmax\)/)
    assert.match(tree.stdout, /^sweep\n {2}train .*\n {4}data\/synthetic_fashion -> data/)
    assert.match(tree.stdout, /^ {2}_self_$/m)
  })

  it('refuses two views at once, and a part that is not there', async () => {
    const both = await atelier(['config', 'show', '--tree', '--origins'], { cwd })
    assert.equal(both.code, 2)
    const absent = await atelier(['config', 'show', '--package', 'optimiser'], { cwd })
    assert.equal(absent.code, 3)
    assert.match(absent.stderr, /Did you mean optimizer/)
  })

  it('takes another primary config by name, and any tree of configs by path', async () => {
    write({
      'conf/mine.yaml': 'defaults:\n  - train\n  - _self_\n\nseed: 7\n',
      'hydra/config.yaml': 'defaults:\n  - db: mysql\n\ndebug: false\n',
      'hydra/db/mysql.yaml': 'port: 3306\n',
      'hydra/db/postgresql.yaml': 'port: 5432\n',
    })
    const named = ['show', 'train', '--config-dir', 'conf', '--config-name', 'mine']
    assert.equal((await result<{ config: { seed: number } }>(...named)).config.seed, 7)
    const tree = ['show', '--config-path', 'hydra', 'db=postgresql']
    assert.deepEqual((await result<{ config: unknown }>(...tree)).config, {
      db: { port: 5432 },
      debug: false,
    })
    const planned = await atelier(
      ['train', '--dry-run', '--config-dir', 'conf', '--config-name', 'mine', '--json'],
      { cwd },
    )
    assert.equal((planned.json.result as { spec: { seed: number } }).spec.seed, 7)
    const missing = await atelier(['train', '--dry-run', '--config-name', 'mien'], { cwd })
    assert.equal(missing.code, 3)
  })

  it('explains each layer that set a value, in order', async () => {
    write(own)
    const words = ['optimizer.lr', 'optimizer=mine', 'optimizer.lr=0.1', '--config-dir', 'conf']
    const { steps, value } = await result<Explanation>('explain', ...words)
    assert.equal(value, 0.1)
    assert.deepEqual(
      steps.map(({ value }) => value),
      [0.01, 0.05, 0.1],
    )
    assert.deepEqual(steps[1]?.place, {
      kind: 'file',
      file: join('conf', 'optimizer', 'mine.yaml'),
      line: 4,
      column: 5,
      layer: 'optimizer/mine',
      override: null,
    })
    assert.equal(steps[1].chosen?.override?.word, 'optimizer=mine')
    assert.deepEqual(steps[2]?.place.override, { number: 2, word: 'optimizer.lr=0.1' })
    assert.equal(steps[2].place.column, 14)
  })

  it('explains what an interpolation reads: values, and the environment', async () => {
    write(own)
    const seed = await result<Explanation>('explain', 'split.seed', 'seed=3')
    assert.equal(seed.value, 3)
    assert.deepEqual(
      seed.inputs[0]?.target?.steps.map(({ value }) => value),
      [42, 3],
    )
    const words = ['experiment', '+experiment=quick', '--config-dir', 'conf']
    const name = await result<Explanation>('explain', ...words)
    assert.deepEqual(name.inputs, [{ kind: 'environment', name: 'WHO', value: 'ada' }])
  })

  it('explains lists that layers replace, schema defaults, and settings', async () => {
    write({
      '.atelierrc.yaml': 'overrides: [trainer.epochs=9]\n',
      'conf/optimizer/short.yaml': 'name: sgd\n',
    })
    const list = await result<Explanation>('explain', 'model.hidden', 'model=softmax')
    assert.deepEqual(
      list.steps.map(({ value }) => value),
      [[128], []],
    )
    const words = ['optimizer.nesterov', 'optimizer=short', '--config-dir', 'conf']
    const standard = await result<Explanation>('explain', ...words)
    assert.deepEqual(
      standard.steps.map(({ place }) => place.kind),
      ['default'],
    )
    const set = await result<Explanation>('explain', 'trainer.epochs', 'trainer.epochs=3')
    assert.deepEqual(
      set.steps.map(({ place }) => place.kind),
      ['file', 'settings', 'override'],
    )
  })

  it('explains a value of a config that is not valid, and says what cannot be resolved', async () => {
    const odd = await result<Explanation>('explain', 'optimizer.lr', 'optimizer.lr=${nothing}')
    assert.equal(odd.value, undefined)
    assert.match(odd.failure ?? '', /no key 'nothing'/)
    const circle = await result<Explanation>('explain', 'seed', 'seed=${split.seed}')
    assert.match(circle.failure ?? '', /circle/)
  })

  it('says which word deleted the key that is asked for', async () => {
    const { code, stderr } = await atelier(
      ['config', 'explain', 'trainer.epochs', '--delete', 'trainer.epochs'],
      { cwd },
    )
    assert.equal(code, 3)
    assert.match(stderr, /It was deleted by ~trainer.epochs/)
  })

  it('compares words, files and references', async () => {
    const words = await config('diff', '', 'model=cnn optimizer.lr=0.01')
    assert.match(words.stdout, /^~ optimizer.lr +0.001 +0.01$/m)
    assert.match(words.stdout, /^- model.hidden +\[128\]$/m)
    assert.match(words.stdout, /^\+ model.widths +\[32,64\]$/m)
    assert.match((await config('diff', '', 'seed=42')).stdout, /equal/)
    write({ 'a.json': '{"seed":1,"x":{}}', 'b.yaml': 'seed: 2\ny: [1]\n' })
    const files = await result<Record<string, unknown>>('diff', 'a.json', 'b.yaml')
    assert.deepEqual(files, {
      a: { kind: 'file', name: 'a.json' },
      b: { kind: 'file', name: 'b.yaml' },
      changed: [{ key: 'seed', from: 1, to: 2 }],
      added: [{ key: 'y', to: [1] }],
      removed: [{ key: 'x', from: {} }],
    })
    write({ 'runs/default/20260101-000000-aaaaaaaa-bbbb/spec.json': '{"seed":5}' })
    const run = await result<{ changed: unknown }>('diff', '20260101', 'a.json')
    assert.deepEqual(run.changed, [{ key: 'seed', from: 5, to: 1 }])
    const nowhere = await atelier(['config', 'diff', 'nowhere', 'a.json'], { cwd })
    assert.equal(nowhere.code, 4)
    assert.equal((await atelier(['config', 'diff', 'a.json'], { cwd })).code, 2)
  })

  it('prints values that JSON has no form for', async () => {
    write({
      'tree/config.yaml':
        'big: 123456789012345678901\n1: a\nnested: {2: [123456789012345678901]}\nbytes: !!binary aGVsbG8=\n',
    })
    const tree = ['--config-path', 'tree']
    const shown = await result<{ config: unknown }>('show', ...tree)
    const nested = { '2': ['123456789012345678901'] }
    assert.deepEqual(shown.config, {
      '1': 'a',
      big: '123456789012345678901',
      bytes: 'aGVsbG8=',
      nested,
    })
    assert.deepEqual((await result<Explanation>('explain', 'nested', ...tree)).value, nested)
    assert.match((await config('explain', 'nested', ...tree)).stdout, /"123456789012345678901"/)
    const diff = await result<{ changed: unknown[] }>('diff', 'tree/config.yaml', 'big=1', ...tree)
    assert.equal(diff.changed.length, 1)
  })
})
