import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { OpenContext, TextRow, WritableDatabase } from '../databases.js'
import { tell } from './errors.js'
import { eachBatch, insertStatement } from './insert.js'
import { connectMysql } from './mysql-client.js'
import { mysqlRules } from './mysql-errors.js'
import { readPlace } from './place.js'
import { transactions } from './transactions.js'

/** Statements of this many rows and characters stay below what servers accept by default. */
const most = { rows: 1000, characters: 1_000_000 }

/** Opens a MySQL or MariaDB database for writing. */
export async function openMysqlForWriting(
  url: string,
  config: DatabaseConfig,
  { cwd, mask }: OpenContext,
): Promise<WritableDatabase> {
  const place = await readPlace(url, config, { cwd, port: 3306 })
  const rules = mysqlRules(place.name, mask)
  const client = await tell(rules, connectMysql(place, config, 'STRICT_ALL_TABLES'))
  const rows = (sql: string, parameters?: readonly unknown[]) =>
    tell(rules, client.query(sql, parameters))
  const run = async (sql: string, parameters?: readonly unknown[]) => {
    await rows(sql, parameters)
  }
  const transaction = transactions(run)
  return {
    name: place.name,
    dialect: 'mysql',
    run,
    rows,
    load: (table, columns, batches) =>
      transaction(() =>
        eachBatch(batches, async (batch) => {
          for (const part of parts(batch)) {
            await run(insertStatement('mysql', table, columns, part.length), part.flat())
          }
        }),
      ),
    transaction,
    close: () => client.close(),
  }
}

function* parts(rows: readonly TextRow[]): Generator<readonly TextRow[]> {
  let part: TextRow[] = []
  let characters = 0
  for (const row of rows) {
    const more = row.reduce((sum, cell) => sum + (cell?.length ?? 4) + 3, 0)
    const isFull = part.length >= most.rows || characters + more > most.characters
    if (isFull && part.length > 0) {
      yield part
      part = []
      characters = 0
    }
    part.push(row)
    characters += more
  }
  if (part.length > 0) yield part
}
