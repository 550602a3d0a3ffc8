import type { CatalogColumn } from '../catalog/query.js'
import type { TextRow } from '../databases.js'
import type { Encoder, EncoderOptions, OutputColumn } from './formats.js'
import { textBytes } from './text-bytes.js'

type Place = Readonly<Record<CatalogColumn, number>>

interface Product {
  readonly id: string | null
  readonly title: string | null
  readonly images: Map<string | null, string>
  readonly descriptions: Map<string | null, Description>
}

interface Description {
  readonly cc: string
  readonly type: string
  readonly text: string
}

/** An array with one nested object a product, each on a line of its own. */
export function openJson({ columns, state }: EncoderOptions): Promise<Encoder> {
  const place = placesOf(columns)
  let isFirst = state === undefined || (state as { first: boolean }).first
  let product: Product | undefined
  const lines = textBytes()

  function close(): void {
    if (product === undefined) return
    const { title, images, descriptions } = product
    const record = {
      title,
      images: [...images.values()],
      descriptions: [...descriptions.values()],
    }
    lines.add(`${isFirst ? '[\n' : ',\n'}  ${JSON.stringify(record)}`)
    isFirst = false
    product = undefined
  }

  return Promise.resolve({
    block(rows, endsProduct) {
      for (const row of rows) {
        const id = row[place.product_id] ?? null
        if (product?.id !== id) {
          close()
          const title = row[place.title] ?? null
          product = { id, title, images: new Map(), descriptions: new Map() }
        }
        addRow(product, row, place)
      }
      if (endsProduct) close()
      return lines.take()
    },
    end: () => Buffer.from(isFirst ? '[]\n' : '\n]\n'),
    state: () => ({ first: isFirst }),
  })
}

function addRow(product: Product, row: TextRow, place: Place): void {
  const url = row[place.image_url] ?? null
  if (url !== null) product.images.set(row[place.image_id] ?? null, url)
  const [cc, type, text] = [row[place.country], row[place.type], row[place.description]]
  if (cc == null || type == null || text == null) return
  product.descriptions.set(row[place.description_id] ?? null, { cc, type, text })
}

function placesOf(columns: readonly OutputColumn[]): Place {
  return Object.fromEntries(columns.map(({ column, index }) => [column, index])) as Place
}
