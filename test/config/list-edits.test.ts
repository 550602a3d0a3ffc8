import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import { compose, expandSweep, parseOverride } from '../../src/config/api.js'

const files = {
  'config.yaml':
    'tags: [a, b]\nshared: [x]\nborrowed: ${shared}\nmodel: {name: mlp, hidden: 3}\nnone: null',
}

function config(overrides: readonly string[], more: Record<string, string> = {}) {
  return compose({ files: { ...files, ...more }, configName: 'config', overrides })
    .config as Record<string, unknown>
}

function tags(...overrides: string[]): unknown {
  return config(overrides)['tags']
}

describe('config: changing lists and replacing mappings by overrides', () => {
  it('appends with +=', () => {
    assert.deepEqual(tags('tags+=c'), ['a', 'b', 'c'])
    assert.deepEqual(tags('tags+=[c,d]'), ['a', 'b', 'c', 'd'])
    assert.deepEqual(tags('tags+=[[c]]'), ['a', 'b', ['c']])
    assert.deepEqual(tags('tags+={x:1}'), ['a', 'b', { x: 1 }])
    assert.deepEqual(tags('tags+=[]'), ['a', 'b'])
    assert.deepEqual(tags('tags+=c', 'tags+=d'), ['a', 'b', 'c', 'd'])
    assert.deepEqual(tags("tags+='c;d'"), ['a', 'b', 'c;d'])
  })

  it('appends, prepends, inserts and removes with functions', () => {
    assert.deepEqual(tags('tags=append(c,[d])'), ['a', 'b', 'c', ['d']])
    assert.deepEqual(tags('tags=prepend(c,d)'), ['c', 'd', 'a', 'b'])
    assert.deepEqual(tags('tags=insert(1,c)'), ['a', 'c', 'b'])
    assert.deepEqual(tags('tags=insert(-1,c)'), ['a', 'c', 'b'])
    assert.deepEqual(tags('tags=insert(2,c)'), ['a', 'b', 'c'])
    assert.deepEqual(tags('tags=remove(a)'), ['b'])
    assert.deepEqual(tags('tags=[a,b,a]', 'tags=remove(a)'), ['b'])
  })

  it('copies a list that a reference leads to', () => {
    const { shared, borrowed } = config(['borrowed+=y'])
    assert.deepEqual([shared, borrowed], [['x'], ['x', 'y']])
  })

  it('replaces a mapping with :=', () => {
    assert.deepEqual(config(['model:={name:cnn}'])['model'], { name: 'cnn' })
    assert.deepEqual(config(['model=replace({name:cnn})'])['model'], { name: 'cnn' })
    assert.deepEqual(config(['model={name:cnn}'])['model'], { name: 'cnn', hidden: 3 })
    const option = { 'config.yaml': 'defaults: [{g: x}]', 'g/x.yaml': 'a: 1' }
    assert.deepEqual(config(['g:={b: 2}'], option), { g: { b: 2 } })
  })

  it('sweeps over changes', () => {
    assert.deepEqual(expandSweep({ overrides: ['tags+=c,[d,e]'] }).jobs, [
      ['tags=append(c)'],
      ['tags=append(d,e)'],
    ])
    assert.deepEqual(expandSweep({ overrides: ["m:={a:1},{b:'x;y'}"] }).jobs, [
      ['m=replace({a:1})'],
      ["m=replace({b:'x;y'})"],
    ])
  })

  it('says what is wrong', () => {
    const failing: [string, string, RegExp][] = [
      ['tgas+=c', 'struct-key', /'tgas'/],
      ['model+=c', 'composition', /'model' is no list/],
      ['none+=c', 'composition', /'none' is no list/],
      ['tags=remove(c)', 'composition', /no item c to remove/],
      ['tags=insert(3,c)', 'composition', /2 items/],
      ['tags=insert(x)', 'parse', /the place comes first/],
      ['tags=remove()', 'parse', /items are missing/],
      ['+tags+=c', 'parse', /no sign/],
      ['+tags=append(c),d', 'parse', /no sign/],
      ['~tags+=c', 'parse', /no sign/],
      ['tags+=append(c)', 'parse', /not a function/],
      ['tags+=range(3)', 'parse', /not a function/],
      ['tags=append(range(3))', 'parse', /cannot be a list's item/],
      ['tags@x+=c', 'parse', /expected/],
    ]
    for (const [word, kind, message] of failing) {
      assert.throws(() => config([word]), { kind, message }, word)
    }
  })

  it('describes changes as plain data', () => {
    assert.deepEqual(parseOverride('a+=[b,1]'), {
      type: 'change',
      key: 'a',
      package: null,
      value: { $append: ['b', 1] },
      value_text: 'append(b,1)',
    })
    assert.deepEqual(parseOverride('a=insert(0,b)').value, { $insert: ['b'], $index: 0 })
    assert.deepEqual(parseOverride('a:={b:1}').value, { $replace: { b: 1 } })
  })
})

describe('config: changing lists and replacing mappings across layers', () => {
  const layers = (option: string, more = ''): Record<string, unknown> =>
    config([], {
      'config.yaml': `defaults: [base, {g: x}]\n${more}`,
      'base.yaml': 'tags: [a, b]\nmodel: {name: mlp, hidden: 3}\nr: ${tags}\nn: null',
      'g/x.yaml': `# @package _global_\n${option}`,
    })

  it('joins lists', () => {
    assert.deepEqual(layers('tags: !append [c]')['tags'], ['a', 'b', 'c'])
    assert.deepEqual(layers('tags: !prepend [c]')['tags'], ['c', 'a', 'b'])
    assert.deepEqual(layers('tags: !remove [a]')['tags'], ['b'])
    assert.deepEqual(layers('tags: !replace [c]')['tags'], ['c'])
    assert.deepEqual(layers('tags: !append [c]', 'tags: !append [d]')['tags'], ['a', 'b', 'c', 'd'])
    assert.deepEqual(layers('tags: !append\n  - c')['tags'], ['a', 'b', 'c'])
  })

  it('takes the added items alone where no list was before', () => {
    assert.deepEqual(layers('t: !append [c]')['t'], ['c'])
    assert.deepEqual(layers('n: !append [c]')['n'], ['c'])
    assert.deepEqual(layers('deep: {t: !prepend [c]}', 'deep: {t: !append [d]}')['deep'], {
      t: ['c', 'd'],
    })
  })

  it('copies a list that a reference leads to', () => {
    const { tags, r } = layers('r: !append [c]')
    assert.deepEqual(
      [tags, r],
      [
        ['a', 'b'],
        ['a', 'b', 'c'],
      ],
    )
  })

  it('replaces mappings', () => {
    assert.deepEqual(layers('model: !replace {name: cnn}')['model'], { name: 'cnn' })
    assert.deepEqual(layers('# nothing', 'model: !replace\n  name: cnn\n  deep: {a: 1}')['model'], {
      name: 'cnn',
      deep: { a: 1 },
    })
    const files = {
      'config.yaml': 'defaults: [{model: base}, {over: x}]',
      'model/base.yaml': 'a: 1',
      'over/x.yaml': '# @package model\n!replace\nb: 2',
    }
    assert.deepEqual(compose({ files, configName: 'config' }).config, { model: { b: 2 } })
  })

  it('fails where there is nothing to change', () => {
    for (const text of [
      'model: !append [c]',
      'tags: !remove [z]',
      'x: !remove [z]',
      'x: {y: !remove [z]}',
    ]) {
      assert.throws(() => layers(text), { kind: 'composition' }, text)
    }
    assert.throws(() => config([], { 'config.yaml': '!replace\na: 1' }), { code: 'config_merge' })
    for (const text of ['x: !append 1', 'x: !replace 1', 'x: !append {a: 1}', 'x: !insert [1]']) {
      assert.throws(() => layers(text), { kind: 'yaml' }, text)
    }
  })
})

describe('config: forms beyond Hydra are errors in Hydra', () => {
  it('reads the forms of Hydra as before: no change, replacement or pairing comes of them', function () {
    const directory = process.env['ATELIER_CONFORMANCE']
    if (directory === undefined) return this.skip()
    const { cases } = JSON.parse(
      readFileSync(join(directory, 'hydra', 'overrides-grammar.json'), 'utf8'),
    ) as { cases: { override: string; expect: { error?: boolean } }[] }
    let valid = 0
    for (const { override, expect } of cases) {
      if (expect.error === true) continue
      valid += 1
      assert.doesNotMatch(JSON.stringify(parseOverride(override), bigints), beyond, override)
    }
    assert.ok(valid > 150)
  })

  it('never takes a key and value for a change without its operator or function', () => {
    const key = fc.stringMatching(/^[+~]{0,2}[A-Za-z_$]?[A-Za-z0-9_$./@-]{0,8}$/)
    const value = fc.stringMatching(/^[ab1.:+=/\\[\]{},'"$ -]{0,12}$/)
    fc.assert(
      fc.property(key, value, (left, right) => {
        const text = `${left}=${right}`
        let parsed
        try {
          parsed = parseOverride(text)
        } catch (error) {
          assert.ok(error instanceof AppError)
          return
        }
        if (/[^+~][+:]=/.test(text)) return
        assert.doesNotMatch(JSON.stringify(parsed, bigints), beyond, text)
      }),
      { numRuns: 2000 },
    )
  })
})

const beyond = /"\$(append|prepend|insert|remove|replace)"|"zip"/

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
