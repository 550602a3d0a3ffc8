import assert from 'node:assert/strict'
import { composeRoot } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'
import { AppError } from '../../src/core/errors.js'
import { planSweep } from '../../src/sweep/plan.js'

const context = { cwd: process.cwd(), env: {}, settings: defaultSettings }

function refused(...words: string[]): AppError {
  try {
    planSweep(words, context)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  return assert.fail('accepted')
}

describe('sweep/plan', () => {
  it('composes each trial to what train composes from its words', () => {
    const { trials } = planSweep(
      ['seed=3', 'model=mlp,cnn', 'sweep.name=mine', 'optimizer.lr=0.1,0.01', 'sampler=grid'],
      context,
    )
    assert.equal(trials.length, 4)
    assert.deepEqual(trials[2]?.words, ['seed=3', 'model=cnn', 'optimizer.lr=0.1'])
    for (const { words, composed } of trials) {
      assert.deepEqual(composed.config, composeRoot('train', words, context).config)
    }
  })

  it('repeats every draw with every seed', () => {
    const words = ['optimizer.lr=interval(0.1,0.2)', 'seed=1,2,3', 'sampler=random']
    const { trials } = planSweep([...words, 'sampler.trials=4'], context)
    assert.equal(trials.length, 12)
    assert.equal(new Set(trials.map(({ group }) => group)).size, 4)
    assert.deepEqual(
      trials.slice(0, 3).map(({ choices }) => choices[1]),
      ['seed=1', 'seed=2', 'seed=3'],
    )
    assert.equal(trials[0]?.group, trials[2]?.group)
  })

  it('takes seeds as the only axis, and options that only the swept group has', () => {
    assert.equal(planSweep(['seed=1,2'], context).trials.length, 2)
    const { trials } = planSweep(['model=cnn,cnn', 'model.dense=32'], context)
    assert.equal(trials.length, 2)
  })

  it('ranks by the monitored metric, or by the one named', () => {
    const objective = (...words: string[]) => planSweep(['seed=1,2', ...words], context).objective
    assert.deepEqual(objective(), { metric: 'val_loss', mode: 'min' })
    assert.deepEqual(objective('split.val_size=0'), { metric: 'train_loss', mode: 'min' })
    const accuracy = { metric: 'val_accuracy', mode: 'max' }
    assert.deepEqual(objective('sweep.objective=val_accuracy'), accuracy)
    assert.deepEqual(objective('trainer.checkpoint.monitor=val_accuracy'), accuracy)
  })

  it('refuses what cannot work before any trial starts', () => {
    assert.equal(refused('model=cnn').code, 'usage')
    assert.match(refused('model=cnn').hint ?? '', /model=mlp,cnn/)
    assert.equal(refused('sampler.trials=1,2').code, 'usage')
    assert.match(refused('optimizer.lr=0.1,fast').message, /^Trial 1 \(optimizer\.lr=fast\)/)
    assert.equal(refused('optimizer.lr=interval(0,1)').code, 'config_conflict')
    assert.match(
      refused('trainer.checkpoint.monitor=val_loss,val_accuracy').message,
      /cannot be ranked/,
    )
  })
})

describe('sweep/plan: zips, sub-grids and rules', () => {
  const lists = (...words: string[]) =>
    planSweep(words, context).trials.map(({ words }) => words.join(' '))

  it('composes trials whose words differ', () => {
    const words = [
      'optimizer=sgd,adam',
      'optimizer.momentum=0.5,0.9 when optimizer=sgd',
      'seed=1,2',
    ]
    const { trials, columns } = planSweep(words, context)
    assert.deepEqual(columns, ['optimizer', 'optimizer.momentum', 'seed'])
    assert.deepEqual(
      trials.map(({ choices }) => choices),
      [
        ['optimizer=sgd', 'optimizer.momentum=0.5', 'seed=1'],
        ['optimizer=sgd', 'optimizer.momentum=0.5', 'seed=2'],
        ['optimizer=sgd', 'optimizer.momentum=0.9', 'seed=1'],
        ['optimizer=sgd', 'optimizer.momentum=0.9', 'seed=2'],
        ['optimizer=adam', '', 'seed=1'],
        ['optimizer=adam', '', 'seed=2'],
      ],
    )
    assert.equal(new Set(trials.map(({ group }) => group)).size, 3)
    for (const { words, composed } of trials) {
      assert.deepEqual(composed.config, composeRoot('train', words, context).config)
    }
  })

  it('pairs zips and joins sub-grids', () => {
    assert.deepEqual(
      lists('model=zip(mlp,cnn)', 'optimizer.lr=zip(0.1,0.01)', 'trainer.epochs=1'),
      [
        'trainer.epochs=1 model=mlp optimizer.lr=0.1',
        'trainer.epochs=1 model=cnn optimizer.lr=0.01',
      ],
    )
    assert.deepEqual(lists('grid(model=mlp; model.hidden=[8],[16])', 'grid(model=cnn; seed=4)'), [
      'model=mlp model.hidden=[8]',
      'model=mlp model.hidden=[16]',
      'model=cnn seed=4',
    ])
  })

  it('compares conditions with fixed words too', () => {
    assert.deepEqual(
      lists(
        'model=mlp',
        'seed=1,2',
        'optimizer.lr=0.1,0.2 when model=mlp',
        'forbid(model=mlp; seed=2)',
      ),
      ['model=mlp seed=1 optimizer.lr=0.1', 'model=mlp seed=1 optimizer.lr=0.2'],
    )
  })

  it('draws again what is forbidden, and leaves words out of draws', () => {
    const words = [
      'sampler=random',
      'sampler.trials=30',
      'model=mlp,cnn,softmax',
      'forbid(model=cnn)',
    ]
    const { trials } = planSweep(
      [...words, 'optimizer.lr=interval(0.1,0.2) when model=mlp'],
      context,
    )
    assert.equal(trials.length, 30)
    for (const { choices } of trials) {
      assert.notEqual(choices[0], 'model=cnn')
      assert.equal(choices[1] === '', choices[0] !== 'model=mlp')
    }
    assert.match(
      refused('sampler=random', 'model=mlp,cnn', 'forbid(model=mlp,cnn)').message,
      /forbid/,
    )
  })

  it('refuses keys of the sweep itself in any form', () => {
    assert.equal(refused('grid(sampler=grid,random; model=mlp)').code, 'usage')
  })
})
