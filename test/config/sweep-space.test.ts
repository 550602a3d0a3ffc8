import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import { expandSweep, parseOverride } from '../../src/config/api.js'
import { readSweepWords } from '../../src/config/sweep-words.js'

function jobs(...overrides: string[]): string[] {
  return expandSweep({ overrides }).jobs.map((job) => job.join(' '))
}

describe('config: sweeps beyond a plain grid', () => {
  it('pairs the values of zips', () => {
    assert.deepEqual(jobs('a=zip(1,2)', 'b=zip(x,y)'), ['a=1 b=x', 'a=2 b=y'])
    assert.deepEqual(jobs('a=zip(1,2)', 'c=5,6', 'b=zip(x,y)'), [
      'a=1 b=x c=5',
      'a=1 b=x c=6',
      'a=2 b=y c=5',
      'a=2 b=y c=6',
    ])
    assert.deepEqual(jobs('a=zip(range(1,4))', "b=zip('x;y',[1,2],null)"), [
      "a=1 b='x;y'",
      'a=2 b=[1,2]',
      'a=3 b=null',
    ])
    assert.equal(
      jobs('a=zip(1,2)', 'b=zip(1,2)', 'c=zip(1,2,name=n)', 'd=zip(3,4,name=n)').length,
      4,
    )
  })

  it('lists sub-grids one after the other', () => {
    assert.deepEqual(jobs('grid(model=mlp; hidden=1,2)', 'seed=7,8', 'grid(model=cnn; depth=3)'), [
      'model=mlp hidden=1 seed=7',
      'model=mlp hidden=1 seed=8',
      'model=mlp hidden=2 seed=7',
      'model=mlp hidden=2 seed=8',
      'model=cnn depth=3 seed=7',
      'model=cnn depth=3 seed=8',
    ])
    assert.deepEqual(jobs("grid(a='x;y';b=1,2)", 'grid(a=zip(1,2); b=zip(3,4))'), [
      "a='x;y' b=1",
      "a='x;y' b=2",
      'a=1 b=3',
      'a=2 b=4',
    ])
  })

  it('has an axis only where its condition holds', () => {
    assert.deepEqual(jobs('optimizer=sgd,adam', 'momentum=0.9,0.99 when optimizer=sgd'), [
      'optimizer=sgd momentum=0.9',
      'optimizer=sgd momentum=0.99',
      'optimizer=adam',
    ])
    assert.deepEqual(jobs('a=1,2,3', 'b=7 when a=1,2', 'c=8 when b=7; a=1'), [
      'a=1 b=7 c=8',
      'a=2 b=7',
      'a=3',
    ])
    assert.deepEqual(jobs('a=1,2', 'b=3 when a=1.0'), ['a=1 b=3', 'a=2'])
  })

  it('keeps repeated jobs that were asked for', () => {
    assert.deepEqual(jobs('a=1,1', 'b=2 when a=3'), ['a=1'])
    assert.deepEqual(jobs('a=1,1', 'b=2'), ['a=1 b=2', 'a=1 b=2'])
  })

  it('leaves forbidden combinations out', () => {
    assert.deepEqual(jobs('a=1,2', 'b=x,y', 'forbid(a=2; b=x)'), ['a=1 b=x', 'a=1 b=y', 'a=2 b=y'])
    assert.deepEqual(jobs('a=1,2,3', 'b=x', 'forbid(a=1,3)'), ['a=2 b=x'])
    assert.deepEqual(jobs('a=1,2', 'b=x,y', 'forbid(a=1)', "forbid(b='y')"), ['a=2 b=x'])
  })

  it('reads the forms in hydra.sweeper.params too', () => {
    const params = 'hydra: {sweeper: {params: {a: "zip(1,2)", b: "zip(3,4)", c: "5,6 when a=1"}}}'
    const files = { 'config.yaml': `${params}\na: 0\nb: 0\nc: 0` }
    assert.deepEqual(expandSweep({ files, configName: 'config' }).jobs, [
      ['a=1', 'b=3', 'c=5'],
      ['a=1', 'b=3', 'c=6'],
      ['a=2', 'b=4'],
    ])
  })

  it('says what is wrong, and where', () => {
    const failing: [string[], RegExp, string?][] = [
      [['a=zip(1,2)', 'b=zip(1,2,3)'], /a has 2, b has 3/],
      [['a=zip(1,2)', 'b=1,2'], /needs a second one/],
      [['a=zip()'], /values are missing/],
      [['a=zip(1,x=2)'], /no argument 'x'/],
      [['a=zip(interval(0,1))', 'b=zip(1)'], /cannot be one of its values/],
      [['a=1,2', 'b=1 when c=3'], /No word of the sweep sets 'c'/],
      [['alpha=1,2', 'forbid(alpa=1)'], /No word of the sweep sets 'alpa'/, 'alpha'],
      [['a=1,2', 'forbid(a)'], /expected/],
      [['a=1,2', 'forbid(a=1'], /closing parenthesis/],
      [['a=1,2', 'forbid()'], /empty part/],
      [['grid(a=1;;b=2)'], /empty part/],
      [['a=1,2', 'grid(a=3)'], /both inside and outside/],
      [['grid(a=interval(0,1))'], /no intervals/],
      [['grid(grid(a=1))'], /not allowed here/],
      [['a=1,2', 'b=1 when a=range(3)'], /lists its values/],
      [['a=1,2', 'b=1 when +a=1'], /condition is key=value/],
    ]
    for (const [words, message, suggestion] of failing) {
      assert.throws(
        () => jobs(...words),
        (error) => {
          assert.ok(error instanceof AppError)
          assert.match(error.message, message)
          assert.equal(error.location?.file, '<command line>', words.join(' '))
          if (suggestion !== undefined) assert.deepEqual(error.suggestions, [suggestion])
          return true
        },
        words.join(' '),
      )
    }
  })
})

describe('config: sweep forms are errors in Hydra', () => {
  const isPlainWord = (word: string): boolean => {
    const { items, forbidden } = readSweepWords([word])
    const [item] = items
    return (
      forbidden.length === 0 && item !== undefined && 'override' in item && item.when.length === 0
    )
  }

  it('takes no override of the grammar cases for one', function () {
    const directory = process.env['ATELIER_CONFORMANCE']
    if (directory === undefined) return this.skip()
    const { cases } = JSON.parse(
      readFileSync(join(directory, 'hydra', 'overrides-grammar.json'), 'utf8'),
    ) as { cases: { override: string; expect: { error?: boolean } }[] }
    for (const { override, expect } of cases) {
      if (expect.error !== true) assert.ok(isPlainWord(override), override)
    }
  })

  it('takes no text for one that the grammar of overrides reads', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        ' when ',
        'when',
        '=',
        'b=c',
        ',',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        ':',
        "'",
        '"',
        '\\',
      ],
      ...['sort(2,1, reverse=true)', 'grid(', 'forbid(', ' ', ';', '${x}', 'choice(1,2)', '\\='],
    )
    const texts = fc.array(piece, { maxLength: 10 }).map((parts) => `k=${parts.join('')}`)
    let read = 0
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          texts.map((text) => text.slice(2)),
        ),
        (text) => {
          try {
            parseOverride(text)
          } catch (error) {
            assert.ok(error instanceof AppError)
            return
          }
          read += 1
          assert.ok(isPlainWord(text), text)
        },
      ),
      { numRuns: 5000 },
    )
    assert.ok(read > 200, String(read))
  })
})
