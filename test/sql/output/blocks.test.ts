import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { TextRow } from '../../../src/sql/databases.js'
import { cutBlocks, type Block } from '../../../src/sql/output/blocks.js'
import { noCounts, type Counts } from '../../../src/sql/output/counts.js'

const place = { product_id: 0, image_id: 1, image_url: 2, description: 3 }

async function cut(
  rows: readonly TextRow[],
  batch: number,
  size: number,
  start: Counts = noCounts,
): Promise<Block[]> {
  const blocks: Block[] = []
  for await (const block of cutBlocks(batchesOf(rows, batch), size, place, start))
    blocks.push(block)
  return blocks
}

async function* batchesOf(rows: readonly TextRow[], size: number): AsyncGenerator<TextRow[]> {
  for (let from = 0; from < rows.length; from += size) {
    yield await Promise.resolve(rows.slice(from, from + size))
  }
}

/** Products in order, each with some images and descriptions or none. */
const catalog = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })), {
    maxLength: 30,
  })
  .map((products) =>
    products.flatMap(([images, descriptions], id): TextRow[] => {
      const [own, texts] = [Math.max(images, 1), Math.max(descriptions, 1)]
      return Array.from({ length: own * texts }, (_, row) => {
        const image = Math.floor(row / texts)
        const text = descriptions === 0 ? null : `text ${row % texts}`
        return images === 0
          ? [String(id), null, null, text]
          : [String(id), `${id}.${image}`, `url ${image}`, text]
      })
    }),
  )

function countedByHand(rows: readonly TextRow[]): Counts {
  const products = groups(rows)
  const without = (column: number) =>
    products.filter((own) => own.every((row) => row[column] === null)).length
  return {
    rows: rows.length,
    products: products.length,
    products_without_image: without(2),
    products_without_description: without(3),
    products_with_several_images: products.filter(
      (own) => new Set(own.map((row) => row[1])).size > 1,
    ).length,
  }
}

function groups(rows: readonly TextRow[]): TextRow[][] {
  const found = new Map<unknown, TextRow[]>()
  for (const row of rows) found.set(row[0], [...(found.get(row[0]) ?? []), row])
  return [...found.values()]
}

describe('sql/output/blocks', () => {
  it('keeps every row in order, cuts after products, and counts', async () => {
    const sizes = fc.integer({ min: 1, max: 9 })
    const property = fc.asyncProperty(catalog, sizes, sizes, async (rows, batch, size) => {
      const blocks = await cut(rows, batch, size)
      assert.deepEqual(
        blocks.flatMap((block) => block.rows),
        rows,
      )
      assert.deepEqual(blocks.at(-1)?.counts ?? noCounts, countedByHand(rows))
      for (const [index, block] of blocks.entries()) {
        const next = blocks[index + 1]?.rows[0]?.[0]
        assert.equal(block.endsProduct, block.key !== next)
        assert.ok(index === blocks.length - 1 || block.rows.length >= size)
      }
    })
    await fc.assert(property, { numRuns: 500 })
  })

  it('cuts what follows a block the same way when it begins there', async () => {
    const sizes = fc.integer({ min: 1, max: 9 })
    const property = fc.asyncProperty(catalog, sizes, sizes, async (rows, batch, size) => {
      const whole = await cut(rows, 7, size)
      for (const [index, { endsProduct, counts }] of whole.entries()) {
        if (!endsProduct) continue
        const rest = await cut(rows.slice(counts.rows), batch, size, counts)
        assert.deepEqual(rest, whole.slice(index + 1))
      }
    })
    await fc.assert(property, { numRuns: 200 })
  })

  it('cuts a huge product and huge texts in pieces, so that memory stays flat', async () => {
    const many = Array.from({ length: 100 }, (_, row): TextRow => ['1', String(row), 'u', 'text'])
    const pieces = await cut(many, 10, 4)
    assert.ok(pieces.every(({ rows }) => rows.length <= 16))
    assert.deepEqual(pieces.map(({ endsProduct }) => endsProduct).indexOf(true), pieces.length - 1)
    assert.equal(pieces.at(-1)?.counts.products, 1)
    const text = 'x'.repeat(1 << 20)
    const large = Array.from({ length: 20 }, (_, id): TextRow => [String(id), null, null, text])
    assert.deepEqual(
      (await cut(large, 5, 1000)).map(({ rows }) => rows.length),
      [4, 4, 4, 4, 4],
    )
  })
})
