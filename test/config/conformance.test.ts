import assert from 'node:assert/strict'
import { type Case, equal, runCases, runDirectory } from './conformance.js'

const directory = process.env['ATELIER_CONFORMANCE']

/** Cases agreed with, by file; the counts may only grow. */
const reached: Readonly<Record<string, number>> = {
  'defaults-list.json': 137,
  'interpolation.json': 111,
  'overrides-grammar.json': 321,
  'sweeps.json': 56,
}

describe('config: conformance with Hydra', () => {
  it('agrees with every shared case (needs ATELIER_CONFORMANCE)', function () {
    if (directory === undefined) this.skip()
    const reports = runDirectory(`${directory}/hydra`)
    assert.deepEqual(
      reports.map(({ file }) => file),
      Object.keys(reached),
    )
    for (const { file, cases, disagreements } of reports) {
      const ids = disagreements.map(({ id }) => id).join(', ')
      assert.ok(cases - disagreements.length >= (reached[file] ?? 0), `${file} disagrees in ${ids}`)
    }
  })

  it('reports a wrong expectation, whatever part of a case it is in', () => {
    const files = { 'config.yaml': 'defaults: [{g: x}]\nw: ???\na: 1', 'g/x.yaml': 'v: 1' }
    const right = {
      config: { g: { v: 1 }, w: '???', a: 1 },
      choices: { g: 'x' },
      defaults: [
        ['g/x', 'g', false],
        ['config', '', true],
      ],
      missing: ['w'],
    }
    const given = (expect: Case['expect']): Case => ({
      id: 'c',
      files,
      config_name: 'config',
      expect,
    })
    assert.deepEqual(runCases([given(right)]), [])
    const wrong: Case['expect'][] = [
      { ...right, config: { ...right.config, a: 2 } },
      { ...right, choices: { g: 'y' } },
      { ...right, defaults: [['config', '', true]] },
      { ...right, missing: [] },
      { error: true, kind: 'yaml' },
    ]
    for (const expect of wrong) assert.equal(runCases([given(expect)]).length, 1)
  })

  it('reports a wrong override, text form, sweep, job or kind of error', () => {
    const cases: Case[] = [
      { id: 'value', override: 'a=1', expect: { type: 'change', key: 'a', value: '1' } },
      { id: 'text', override: 'a=x y', expect: { value: 'x y', value_text: 'x y' } },
      { id: 'sweep', override: 'a=1,2', expect: { sweep: { kind: 'choice', list: [1, 2] } } },
      { id: 'kind', override: 'a==', expect: { error: true, kind: 'composition' } },
      { id: 'jobs', overrides: ['a=1,2'], expect: { jobs: [['a=2'], ['a=1']] } },
    ]
    assert.deepEqual(
      runCases(cases).map(({ id }) => id),
      cases.map(({ id }) => id),
    )
  })

  it('compares numbers by value, texts exactly, and mappings whatever their order', () => {
    assert.ok(equal({ a: 1, b: [NaN] }, { b: [NaN], a: 1 }))
    assert.ok(!equal({ a: '1' }, { a: 1 }))
    assert.ok(!equal([1, 2], [2, 1]))
    assert.ok(equal(new Map([[1, 'x']]), new Map([[1, 'x']])))
    assert.ok(!equal({ a: 1 }, { a: 1, b: 2 }))
  })
})
