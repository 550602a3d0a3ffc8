import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import { type ComposeContext, composeRoot } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'
import type { Roots } from '../../src/spec/types.gen.js'

const context: ComposeContext = { cwd: process.cwd(), env: {}, settings: defaultSettings }

function failure(root: keyof Roots, words: readonly string[], given = context): AppError {
  try {
    composeRoot(root, words, given)
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    return error
  }
  throw new Error(`${root} ${words.join(' ')} was composed`)
}

async function withFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  check: (given: ComposeContext) => void,
): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'atelier-config-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, path)), { recursive: true })
      await writeFile(join(cwd, path), text)
    }
    check({ cwd, env: {}, settings: { ...defaultSettings, config_directories: ['conf'] } })
  } finally {
    await rm(cwd, { recursive: true })
  }
}

describe('config: composing the roots', () => {
  it('composes train, with group and value overrides', () => {
    const words = ['model=cnn', 'optimizer=sgd', 'optimizer.lr=0.1', 'seed=7', 'run.tags=[a,b]']
    const { config, choices, layers } = composeRoot('train', words, context)
    assert.equal(config.model.name, 'cnn')
    assert.deepEqual(config.optimizer, {
      name: 'sgd',
      lr: 0.1,
      momentum: 0.9,
      dampening: 0,
      weight_decay: 0.0005,
      nesterov: false,
      maximize: false,
      groups: [],
    })
    assert.equal(config.split.seed, 7, 'an interpolation follows the override')
    assert.deepEqual(config.run.tags, ['a', 'b'])
    assert.equal(choices['model'], 'cnn')
    assert.ok(Object.isFrozen(config.run.tags))
    assert.equal(layers.at(-1)?.name, 'train')
    assert.match(layers[0]?.sha256 ?? '', /^[0-9a-f]{64}$/)
  })

  it('applies the settings: overrides to experiments, the run root to all runs', () => {
    const settings = { ...defaultSettings, overrides: ['model=cnn'], run_root: "/it's/here" }
    const given = { ...context, settings }
    assert.equal(composeRoot('train', [], given).config.model.name, 'cnn')
    assert.equal(composeRoot('train', ['model=mlp'], given).config.model.name, 'mlp')
    assert.equal(composeRoot('sweep', [], given).config.run.root, "/it's/here")
    assert.equal(composeRoot('test', ['checkpoint=x'], given).config.run.root, "/it's/here")
    assert.equal(composeRoot('train', ['run.root=there'], given).config.run.root, 'there')
    assert.equal(composeRoot('sql-export', [], given).config.run.root, "/it's/here")
  })

  it('lets an option extend another one', () => {
    const { config } = composeRoot('train', ['model=softmax'], context)
    assert.equal(config.model.name === 'mlp' && config.model.hidden.length, 0)
  })

  it('takes other data and a part of it for test, although split is a group of train', () => {
    const words = ['checkpoint=latest', 'data=fashion_mnist', 'split=val']
    const { config } = composeRoot('test', words, context)
    assert.equal(config.data?.name, 'fashion_mnist')
    assert.equal(config.split, 'val')
    assert.equal(composeRoot('test', ['checkpoint=x'], context).config.data, null)
  })

  it('builds sweep on train, and composes predict and sql-export', () => {
    const { sampler, sweep, ...train } = composeRoot(
      'sweep',
      ['sampler=random', 'model=cnn'],
      context,
    ).config
    assert.deepEqual(train, composeRoot('train', ['model=cnn'], context).config)
    assert.deepEqual(sampler, { name: 'random', trials: 20, seed: 0 })
    assert.equal(sweep.objective, 'auto')
    assert.equal(composeRoot('predict', ['checkpoint=x'], context).config.invert, 'auto')
    assert.equal(composeRoot('sql-export', [], context).config.database.url, null)
  })

  it('puts the user directories before the built-in configs', async () => {
    const files = {
      'conf/model/tiny.yaml': 'name: mlp\nhidden: [8]\n',
      'conf/experiment/quick.yaml':
        '# @package _global_\ndefaults:\n  - override /model: tiny\ntrainer:\n  epochs: 1\n',
    }
    await withFiles(files, (given) => {
      const { config, layers } = composeRoot(
        'train',
        ['+experiment=quick', 'model.dropout=0.2'],
        given,
      )
      assert.equal(config.model.name === 'mlp' && config.model.hidden[0], 8)
      assert.equal(config.model.dropout, 0.2, 'a key left to its schema default can be overridden')
      assert.equal(config.trainer.epochs, 1)
      assert.ok(layers.some(({ path }) => path === join('conf', 'model', 'tiny.yaml')))
    })
  })

  it('applies the overrides of the settings before the typed ones', () => {
    const settings = { ...defaultSettings, overrides: ['seed=5', 'trainer.epochs=9'] }
    const { config } = composeRoot('train', ['seed=6'], { ...context, settings })
    assert.deepEqual([config.seed, config.trainer.epochs], [6, 9])
  })

  it('locates an error at the value of a key', () => {
    const { fail } = composeRoot('train', ['split.val_size=0.5'], context)
    const typed = fail('split.val_size', 'too much', { code: 'config_conflict' })
    assert.deepEqual(typed.location, {
      file: '<command line>',
      layer: 'command line',
      line: 1,
      column: 16,
    })
    assert.match(typed.frame ?? '', /split\.val_size=0\.5\n.*\^\^\^/)
    const written = fail('trainer.epochs', 'odd')
    assert.match(written.location?.file ?? '', /configs.trainer.default\.yaml$/)
    assert.equal(written.code, 'config_invalid')
  })
})

describe('config: errors of the roots', () => {
  it('reports every schema error at once, each at its typed word', () => {
    const error = failure('train', ['model.dropout=1.5', 'optimizer.lr=-1', 'engine.threads=0'])
    assert.equal(error.code, 'config_invalid')
    assert.deepEqual(
      error.details.map(({ location }) => location?.column),
      [15, 32, 50],
    )
    assert.match(error.details[0]?.message ?? '', /'model\.dropout' must be below 1, but is 1\.5/)
    assert.match(error.details[0]?.hint ?? '', /mlp\.yaml:3:10/, 'the layer below is named')
    assert.match(error.details[2]?.message ?? '', /'auto'.*at least 1/)
  })

  it('speaks of the chosen variant only', () => {
    const error = failure('train', ['model=cnn', 'model.widths=[0]'])
    assert.deepEqual(error.details, [])
    assert.match(error.message, /'model\.widths\.0' must be at least 1/)
  })

  it('suggests the nearest option, key, group and value', () => {
    assert.deepEqual(failure('train', ['model=cn']).suggestions, ['cnn'])
    assert.equal(failure('train', ['model=cn']).code, 'config_unknown_option')
    assert.deepEqual(failure('train', ['trainer.epoch=3']).suggestions, ['epochs'])
    assert.equal(failure('train', ['trainer.epoch=3']).code, 'override_target')
    assert.deepEqual(failure('train', ['modle=cnn']).suggestions, ['model'])
    assert.deepEqual(failure('train', ['model.init=kears']).suggestions, ['keras'])
  })

  it('points into the typed words for a syntax error', () => {
    const error = failure('train', ['seed=1', 'model=[cnn'])
    assert.equal(error.code, 'override_syntax')
    assert.equal(error.exit, 2)
    assert.equal(error.location?.column, 18)
  })

  it('names a mandatory value that is not given', () => {
    const error = failure('test', [])
    assert.equal(error.code, 'config_missing')
    assert.match(error.message, /'checkpoint'/)
    assert.match(error.location?.file ?? '', /test\.yaml$/)
  })

  it('shows an unknown key of a nested group file with its place and the nearest key', async () => {
    const files = { 'conf/optimizer/mine.yaml': 'name: adam\nlr: 0.1\nweigth_decay: 0.1\n' }
    await withFiles(files, (given) => {
      const error = failure('train', ['optimizer=mine'], given)
      assert.deepEqual(error.location, {
        file: join('conf', 'optimizer', 'mine.yaml'),
        line: 3,
        column: 1,
        layer: 'optimizer/mine',
      })
      assert.deepEqual(error.suggestions, ['weight_decay'])
      assert.match(error.frame ?? '', /> 3 \| weigth_decay/)
    })
  })

  it('reports YAML that cannot be read, with its place', async () => {
    const files = {
      'conf/model/open.yaml': 'name: mlp\nhidden: [1\ndropout: 0\n',
      'conf/model/latin.yaml': Uint8Array.from([0x6e, 0x3a, 0x20, 0xe9]),
    }
    await withFiles(files, (given) => {
      const error = failure('train', ['model=open'], given)
      assert.equal(error.code, 'config_syntax')
      assert.equal(error.location?.file, join('conf', 'model', 'open.yaml'))
      assert.equal(failure('train', ['model=latin'], given).code, 'config_syntax')
    })
  })

  it('refuses a sweep outside the sweep command', () => {
    const error = failure('train', ['seed=1,2'])
    assert.equal(error.code, 'usage')
    assert.match(error.hint ?? '', /seed=\[1,2\]/)
  })
})
