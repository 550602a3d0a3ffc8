import assert from 'node:assert/strict'
import { formatTable } from '../../src/core/terminal.js'

describe('terminal', () => {
  it('aligns columns, numbers to the right, one row a line without trailing space', () => {
    const table = formatTable(
      ['name', 'count', 'note'],
      [
        ['a', 5, null],
        ['longer', 123, 'x'],
      ],
    )
    assert.deepEqual(table.split('\n'), [
      'name    count  note',
      'a           5  -',
      'longer    123  x',
    ])
  })
})
