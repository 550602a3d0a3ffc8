import assert from 'node:assert/strict'
import fc from 'fast-check'
import { classificationReport } from '../../src/metrics/classification.js'
import { formatClassTable, toCsv } from '../../src/report/tables.js'
import { parseCsv } from './evaluations.js'

describe('toCsv', () => {
  it('writes a header, numbers as they are, and nothing for null', () => {
    assert.equal(
      toCsv(
        ['name', 'value', 'on'],
        [
          ['a,b', -0.5, true],
          ['line\nbreak', 1e-7, false],
          [null, 2, null],
        ],
      ),
      'name,value,on\n"a,b",-0.5,true\n"line\nbreak",1e-7,false\n,2,\n',
    )
  })

  it('guards text, not numbers, against spreadsheet formulas', () => {
    assert.equal(toCsv(['=a'], [['@b'], ['-c'], ['+d'], [-1]]), "'=a\n'@b\n'-c\n'+d\n-1\n")
  })

  it('can be read back whatever the text', () => {
    const text = fc.string({ minLength: 1 }).filter((value) => !/^[=+\-@\t\r＝＋－＠]/.test(value))
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (rows) => {
        assert.deepEqual(parseCsv(toCsv(['one', 'two'], rows)), [['one', 'two'], ...rows])
      }),
    )
  })
})

describe('formatClassTable', () => {
  it('shows each class and both averages in aligned columns', () => {
    const report = classificationReport([0, 0, 1, 1], [0, 1, 1, 1], ['cat', 'a long name'])
    assert.equal(
      formatClassTable(report),
      [
        'class             precision  recall      f1  specificity     npv  images',
        'cat                  1.0000  0.5000  0.6667       1.0000  0.6667       2',
        'a long name          0.6667  1.0000  0.8000       0.5000  1.0000       2',
        'macro average        0.8333  0.7500  0.7333            -       -       4',
        'weighted average     0.8333  0.7500  0.7333            -       -       4',
      ].join('\n'),
    )
  })
})
