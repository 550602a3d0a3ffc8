import { join } from 'node:path'
import Libsql from 'libsql'
import { sampleCatalog } from '../../../src/sql/catalog/sample.js'
import type { SqlExportConfig } from '../../../src/spec/types.gen.js'
import { configOf } from '../exporting.js'

const tables = sampleCatalog.slice(0, sampleCatalog.indexOf('insert'))

/** A database of made-up products; every third product has two images, every fifth no description. */
export function makeCatalog(directory: string, products: number, script = ''): string {
  const path = join(directory, 'shop.db')
  const connection = new Libsql(path)
  connection.exec(`pragma journal_mode = off; pragma synchronous = off; ${tables}
    with recursive n (id) as (select 1 union all select id + 1 from n where id < ${products})
    insert into Product select id, 'Product ' || id || ', "new"' from n where ${products} > 0;
    insert into Image select Id, 'https://example.com/' || Id || '.jpg' from Product;
    insert into ProductImages select Id, Id, 0 from Product;
    insert into ProductImages select Id, Id - 1, 0 from Product where Id % 3 = 0;
    insert into ProductDescription
      select Id, Id, 'us', 'Text ' || Id || ' 日本', null from Product where Id % 5 <> 0;
    create index images on ProductImages (ProductId);
    create index descriptions on ProductDescription (ProductId);
    ${script}`)
  connection.close()
  return path
}

/** What `sql-export` composes for a database file and more words. */
export function exportOf(path: string, ...words: string[]): SqlExportConfig {
  const base = configOf(...words)
  return { ...base, database: { ...base.database, url: path } }
}
