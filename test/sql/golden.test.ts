import assert from 'node:assert/strict'
import { planExport } from '../../src/sql/plan.js'
import {
  catalogTables,
  context,
  dialects,
  e0,
  e1,
  emptyDatabase,
  fill,
  rowsOf,
} from './catalogs.js'

const columns = ['product_id', 'image_url', 'country', 'type', 'description'] as const
const image = (n: number) => `https://example.com/image${String(n)}.jpg`
const us1 = ['us', 'translated', 'Translated text 1']
const uk2 = ['uk', 'translated', 'Translated text 2']
const none = [null, null, null]
const us5 = ['5', null, 'us', 'original', 'Original text 5']

/** The rows each reading gives for the seed sample, and what the extension adds. */
const golden = {
  us_only: {
    e0: [
      ['1', image(1), ...us1],
      ['1', image(2), ...us1],
      ['2', null, ...none],
    ],
    added: [['3', image(3), 'us', 'original', 'Original text 3'], ['4', image(4), ...none], us5],
  },
  any_translation: {
    e0: [
      ['1', image(1), ...us1],
      ['1', image(1), ...uk2],
      ['1', image(2), ...us1],
      ['1', image(2), ...uk2],
      ['2', null, ...none],
    ],
    added: [
      ['3', image(3), 'us', 'original', 'Original text 3'],
      ['3', image(3), 'fr', 'translated', 'Translated text 3'],
      ['4', image(4), ...none],
      us5,
    ],
  },
  single: {
    e0: [
      ['1', image(1), ...us1],
      ['1', image(2), ...us1],
      ['2', null, ...none],
    ],
    added: [
      ['3', image(3), 'fr', 'translated', 'Translated text 3'],
      ['4', image(4), ...none],
      us5,
    ],
  },
} as const

describe('sql: golden tables', () => {
  for (const dialect of dialects) {
    it(`every reading of the samples on ${dialect}`, async function () {
      const seed = await emptyDatabase(this, dialect)
      await seed.run(...catalogTables(dialect))
      await fill(seed, e0)
      const extended = await emptyDatabase(this, dialect)
      await extended.run(...catalogTables(dialect))
      await fill(extended, e1)
      for (const reading of ['us_only', 'any_translation', 'single'] as const) {
        const { e0: first, added } = golden[reading]
        assert.deepEqual(await rowsOf(seed, columns, { reading }), first, reading)
        assert.deepEqual(
          await rowsOf(extended, columns, { reading }),
          [...first, ...added],
          reading,
        )
        const one = [...first, ...added].filter(([id, url]) => id !== '1' || url === image(1))
        assert.deepEqual(
          await rowsOf(extended, columns, { reading, images: 'first' }),
          one,
          reading,
        )
        const later = await rowsOf(extended, columns, { reading, after: '2' })
        assert.deepEqual(later, added, `${reading}, behind product 2`)
      }
      const config = { ...extended.config, reading: 'single' } as const
      const [, plan = ''] = (await planExport(config, context)).text.split('-- plan:\n')
      assert.ok(
        plan.split(/[\r\n]/).every((line) => /^(--|$)/.test(line)),
        plan,
      )
      const other = await rowsOf(extended, columns, { country: 'Fr' })
      assert.deepEqual(other[3], ['3', image(3), 'fr', 'translated', 'Translated text 3'])
    })
  }
})
