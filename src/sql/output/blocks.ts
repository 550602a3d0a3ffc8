import type { TextRow } from '../databases.js'
import type { Counts } from './counts.js'

/** Consecutive rows that are encoded at once. */
export interface Block {
  readonly rows: readonly TextRow[]
  /** Whether the last product is whole. */
  readonly endsProduct: boolean
  /** The identifier of the last product. */
  readonly key: string | null
  /** What has been counted up to here; whole if the block ends a product. */
  readonly counts: Counts
}

/** Where the columns stand that cutting and counting look at. */
export interface CountedColumns {
  readonly product_id: number
  readonly image_id: number
  readonly image_url: number
  readonly description: number
}

/** A block ends early once its rows hold so much text. */
const fullLength = 4 * 1024 * 1024

/** A product this many times larger than a block is cut in pieces, so that memory stays flat. */
const mostBlocks = 4

/**
 * Cuts the rows of an export into blocks of at least `blockRows` rows that end with a product. Where a block ends depends
 * only on the rows since the end of the one before: an export that goes on after a block has the same blocks.
 */
export async function* cutBlocks(
  batches: AsyncIterable<readonly TextRow[]>,
  blockRows: number,
  place: CountedColumns,
  start: Counts,
): AsyncGenerator<Block, void, undefined> {
  const counts = { ...start }
  let rows: TextRow[] = []
  let length = 0
  // undefined until the first row: an identifier can be NULL.
  let product: string | null | undefined
  let image: string | null = null
  let hasImage = false
  let hasSeveral = false
  let hasDescription = false

  function closeProduct(): void {
    if (product === undefined) return
    counts.products += 1
    if (!hasImage) counts.products_without_image += 1
    if (!hasDescription) counts.products_without_description += 1
    if (hasSeveral) counts.products_with_several_images += 1
  }

  function take(endsProduct: boolean): Block {
    const block = { rows, endsProduct, key: product ?? null, counts: { ...counts } }
    rows = []
    length = 0
    return block
  }

  for await (const batch of batches) {
    for (const row of batch) {
      const id = row[place.product_id] ?? null
      if (id !== product) {
        closeProduct()
        if (rows.length >= blockRows || length >= fullLength) yield take(true)
        product = id
        image = row[place.image_id] ?? null
        hasImage = hasSeveral = hasDescription = false
      } else if (rows.length >= blockRows * mostBlocks || length >= fullLength * mostBlocks) {
        yield take(false)
      }
      rows.push(row)
      counts.rows += 1
      for (const cell of row) if (cell !== null) length += cell.length
      hasImage ||= row[place.image_url] !== null
      hasSeveral ||= row[place.image_id] !== image
      hasDescription ||= row[place.description] !== null
    }
  }
  closeProduct()
  if (rows.length > 0) yield take(true)
}
