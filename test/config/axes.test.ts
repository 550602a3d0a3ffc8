import assert from 'node:assert/strict'
import { expandAxes } from '../../src/config/axes.js'

describe('config: axes of a sweep', () => {
  it('sorts words into fixed ones and axes', () => {
    const words = ['model=mlp,cnn', 'trainer.epochs=3', 'optimizer.lr=0.1,0.01', 'seed=range(1,4)']
    const { fixed, axes } = expandAxes(words)
    assert.deepEqual(fixed, ['trainer.epochs=3'])
    assert.deepEqual(axes, [
      { key: 'model', kind: 'choice', options: ['model=mlp', 'model=cnn'] },
      { key: 'optimizer.lr', kind: 'choice', options: ['optimizer.lr=0.1', 'optimizer.lr=0.01'] },
      { key: 'seed', kind: 'choice', options: ['seed=1', 'seed=2', 'seed=3'] },
    ])
  })

  it('reads intervals, whole ones and logarithmic ones', () => {
    const words = ['a=interval(0,1)', 'b=int(interval(1,8))', 'c=tag(log,interval(1e-4,1e-1))']
    assert.deepEqual(expandAxes(words).axes, [
      { key: 'a', kind: 'interval', low: 0, high: 1, integer: false, log: false },
      { key: 'b', kind: 'interval', low: 1, high: 8, integer: true, log: false },
      { key: 'c', kind: 'interval', low: 1e-4, high: 0.1, integer: false, log: true },
    ])
  })

  it('keeps the last of a repeated key at its first place', () => {
    const { axes, fixed } = expandAxes(['a=1,2', 'b=1', 'b=2', 'a=3,4'])
    assert.deepEqual(fixed, ['b=2'])
    assert.deepEqual(axes, [{ key: 'a', kind: 'choice', options: ['a=3', 'a=4'] }])
  })

  it('lists the options of a group for a glob', () => {
    const { axes } = expandAxes(['model=glob(*,exclude=m*)'], () => ['cnn', 'mlp'])
    assert.deepEqual(axes, [{ key: 'model', kind: 'choice', options: ['model=cnn'] }])
  })

  it('refuses an interval that is turned round, or logarithmic at zero', () => {
    assert.throws(() => expandAxes(['a=interval(1,0)']), { code: 'usage' })
    assert.throws(() => expandAxes(['a=tag(log,interval(0,1))']), { code: 'usage' })
    assert.throws(() => expandAxes(['a=[1']), { code: 'override_syntax' })
  })
})
