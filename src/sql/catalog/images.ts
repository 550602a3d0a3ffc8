import { sql, type RawBuilder } from 'kysely'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { CatalogNames } from './names.js'

/** What the query joins to a product as `x`, to reach its images. */
export interface ImageLink {
  readonly from: RawBuilder<unknown>
  readonly productId: RawBuilder<unknown>
  readonly imageId: RawBuilder<unknown>
  /** Which of its rows count. */
  readonly chosen: RawBuilder<boolean>
}

type Choice = (names: CatalogNames) => ImageLink

const all: Choice = ({ images: { from, columns } }) => ({
  from,
  productId: columns.product_id,
  imageId: columns.image_id,
  chosen: sql`${columns.image_index} = 0`,
})

/** The lowest identifier among the images that are there. */
const first: Choice = ({ images, image }) => ({
  from: sql`(select ${images.columns.product_id} as product_id, ${images.columns.image_id} as image_id,
row_number() over (partition by ${images.columns.product_id} order by ${images.columns.image_id}) as place
from ${images.from} as ${sql.id('x')}
inner join ${image.from} as ${sql.id('i')} on ${image.columns.id} = ${images.columns.image_id}
where ${images.columns.image_index} = 0)`,
  productId: sql.id('x', 'product_id'),
  imageId: sql.id('x', 'image_id'),
  chosen: sql`${sql.id('x', 'place')} = 1`,
})

/** Which images of a product are exported. */
export const imageChoices = { all, first } satisfies Record<SqlExportConfig['images'], Choice>
