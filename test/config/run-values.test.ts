import assert from 'node:assert/strict'
import { compose } from '../../src/config/api.js'
import { composeRoot } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'

const files = {
  'config.yaml': 'defaults: [{model: mlp}, {db@backup: x}]\nseed: 1\n',
  'model/mlp.yaml': 'size: 1',
  'model/cnn.yaml': 'size: 2',
  'db/x.yaml': 'a: 1',
  'app/data/y.yaml': 'b: 1',
}

function value(text: string, overrides: readonly string[] = []): unknown {
  const { config } = compose({
    files: { ...files, 'config.yaml': `${files['config.yaml']}r: ${text}` },
    configName: 'config',
    overrides,
    cwd: '/home/anna',
  })
  return (config as Record<string, unknown>)['r']
}

describe('config: values of the run', () => {
  it('are the working directory, the choices and the typed overrides', () => {
    assert.equal(value('${run:cwd}/data'), '/home/anna/data')
    assert.equal(value('${run:choices.model}', ['model=cnn']), 'cnn')
    assert.equal(value('${run:choices.db@backup}'), 'x')
    assert.deepEqual(value('${run:choices}', ['+app/data=y']), {
      model: 'mlp',
      'db@backup': 'x',
      'app/data': 'y',
    })
    assert.deepEqual(value('${run:overrides}', ['seed=3', 'model=cnn', "r='${run:overrides}'"]), [
      'seed=3',
      'model=cnn',
      "r='${run:overrides}'",
    ])
    assert.equal(value('${run:overrides.0}', ['seed=3']), 'seed=3')
  })

  it('do not depend on the process', () => {
    const { config } = compose({ files: { 'c.yaml': 'a: ${run:cwd}' }, configName: 'c' })
    assert.deepEqual(config, { a: '/' })
  })

  it('are named in the error of an unknown one', () => {
    assert.throws(() => value('${run:cdw}'), {
      kind: 'interpolation-resolution',
      suggestions: ['cwd'],
      hint: /run:choices/,
    })
    assert.throws(() => value('${run:choices.modle}'), { suggestions: ['model'] })
  })

  it('are the same for a trial of a sweep as for its training', () => {
    const context = { cwd: '/x', env: {}, settings: defaultSettings }
    const words = ['model=cnn', "run.note='${run:cwd} ${run:choices} ${run:overrides}'"]
    const trial = composeRoot('sweep', ['sampler=random', 'sampler.trials=3', ...words], context)
    assert.equal(trial.config.run.note, composeRoot('train', words, context).config.run.note)
    assert.match(trial.config.run.note ?? '', /^\/x .*'model': 'cnn'.*\['model=cnn'/)
  })
})
