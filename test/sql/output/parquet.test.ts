import assert from 'node:assert/strict'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import type { TextRow } from '../../../src/sql/databases.js'
import { openParquet } from '../../../src/sql/output/parquet.js'
import { exportOf } from './catalog-file.js'

const { csv } = exportOf('none.db')
const columns = [
  { column: 'product_id' as const, name: 'id', index: 0, integer: true },
  { column: 'title' as const, name: 'title', index: 1, integer: false },
]

/** Rows from one identifier on; every third has no title. */
function someRows(from: number, count: number, title = (id: number) => `Tür ${id} 👗`): TextRow[] {
  return Array.from({ length: count }, (_, place) => {
    const id = from + place
    return [String(id), id % 3 === 0 ? null : title(id)]
  })
}

describe('sql/output/parquet', () => {
  it('gathers the pages of 16 blocks in a row group, with its nulls and the range of its integers', async () => {
    const encoder = await openParquet({ columns, csv, state: undefined })
    const blocks = Array.from({ length: 20 }, (_, block) => someRows(block * 100 - 50, 100))
    const pieces = blocks.map((rows) => encoder.block(rows, true))
    const file = new Uint8Array(Buffer.concat([...pieces, encoder.end()])).buffer
    const groups = parquetMetadata(file).row_groups.map(({ num_rows, columns: [id, title] }) => {
      const { min_value: least, max_value: greatest } = id?.meta_data?.statistics ?? {}
      return [num_rows, least, greatest, title?.meta_data?.statistics?.null_count]
    })
    assert.deepEqual(groups, [
      [1600n, -50n, 1549n, 533n],
      [400n, 1550n, 1949n, 133n],
    ])
    const read = (await parquetReadObjects({ file })) as { id: bigint; title: string | null }[]
    assert.deepEqual(
      read.map(({ id, title }) => [String(id), title]),
      blocks.flat(),
    )
  })

  it('can be gone on from between row groups only, and then writes the same', async () => {
    const blocks = Array.from({ length: 40 }, (_, block) => someRows(block * 10, 10))
    const whole = await openParquet({ columns, csv, state: undefined })
    const states: unknown[] = []
    const pieces = blocks.map((rows) => {
      const piece = whole.block(rows, true)
      states.push(whole.state())
      return piece
    })
    const ready = [...states.keys()].filter((block) => states[block] !== undefined)
    assert.deepEqual(ready, [15, 31])
    const rest = await openParquet({ columns, csv, state: states[15] })
    const others = blocks.slice(16).map((rows) => rest.block(rows, true))
    assert.deepEqual(Buffer.concat([...pieces.slice(0, 16), ...others]), Buffer.concat(pieces))
    assert.deepEqual(rest.end(), whole.end())
  })

  it('ends a row group early where its texts are long, and keeps them', async () => {
    const encoder = await openParquet({ columns, csv, state: undefined })
    let seed = 1
    // Characters at random are what no compression makes small.
    const noise = () =>
      String.fromCodePoint(
        ...Array.from(
          { length: 1 << 15 },
          () => 0x4e00 + ((seed = (seed * 48271) % 2147483647) % 20000),
        ),
      ).repeat(8)
    const blocks = Array.from({ length: 24 }, (_, block) => someRows(3 * block + 1, 2, noise))
    const pieces = blocks.map((rows) => encoder.block(rows, true))
    const file = new Uint8Array(Buffer.concat([...pieces, encoder.end()])).buffer
    const groups = parquetMetadata(file).row_groups
    assert.ok(groups.length > 2, String(groups.length))
    for (const { total_compressed_size: size } of groups) assert.ok(Number(size) < 12 * 1024 * 1024)
    const read = (await parquetReadObjects({ file })) as { title: string }[]
    assert.deepEqual(
      read.map(({ title }) => title),
      blocks.flat().map(([, title]) => title),
    )
  })
})
