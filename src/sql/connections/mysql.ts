import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { Database, FoundTable, OpenContext, Query, TextRow } from '../databases.js'
import { databaseError, tell, type ErrorRules } from './errors.js'
import { collectTables } from './found-tables.js'
import { connectMysql, type MysqlClient } from './mysql-client.js'
import { mysqlRules } from './mysql-errors.js'
import { readPlace } from './place.js'
import { readRows } from './mysql-rows.js'
import { isAborted, leaveQuery, stopped } from './stopping.js'

/** Opens a MySQL or MariaDB database in a transaction that sees one snapshot (of InnoDB tables) and cannot write. */
export async function openMysql(
  url: string,
  config: DatabaseConfig,
  { cwd, mask }: OpenContext,
): Promise<Database> {
  const place = await readPlace(url, config, { cwd, port: 3306 })
  const rules = mysqlRules(place.name, mask)
  const client = await tell(rules, connectMysql(place, config, ''))
  await tell(rules, client.query('set session transaction isolation level repeatable read'))
  await tell(rules, client.query('start transaction with consistent snapshot, read only'))
  return {
    name: place.name,
    dialect: 'mysql',
    tables: (namespace) => tell(rules, readTables(client, namespace)),
    stream: (query, signal) => streamRows(client, query, rules, signal),
    explain: ({ sql, parameters }) => tell(rules, explain(client, sql, parameters)),
    close: () => client.close(),
  }
}

async function explain(client: MysqlClient, sql: string, parameters: readonly unknown[]) {
  const form = client.isMariaDb ? 'explain format=json' : 'explain format=tree'
  const rows = await client.query(`${form} ${sql}`, parameters)
  return rows.map(([line]) => line).join('\n')
}

async function readTables(
  client: MysqlClient,
  namespace: string | null,
): Promise<ReadonlyMap<string, FoundTable>> {
  const columns = await client.query(
    `select t.table_name, case when t.table_type = 'BASE TABLE' then 'table' else 'view' end,
  c.column_name, c.column_type, case when c.data_type in ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') then 'yes' end
from information_schema.tables t
join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
where t.table_schema = coalesce(?, database()) order by t.table_name, c.ordinal_position`,
    [namespace],
  )
  const indexes = await client.query(
    `select table_name, index_name, column_name, case when non_unique = 0 then 'yes' end
from information_schema.statistics where table_schema = coalesce(?, database())
order by table_name, index_name, seq_in_index`,
    [namespace],
  )
  return collectTables(columns, indexes)
}

/** The connection is paused while a batch waits to be taken. */
async function* streamRows(
  client: MysqlClient,
  { sql, parameters }: Query,
  rules: ErrorRules,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TextRow[]> {
  if (isAborted(signal)) throw stopped()
  const { driver } = client
  const reading = readRows(driver, sql, parameters)
  const stop = () => reading.wake()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for (;;) {
      const batch = await reading.next(() => isAborted(signal))
      if (isAborted(signal)) throw stopped()
      if (batch.length > 0) yield batch
      else break
      driver.resume()
    }
    if (reading.failure() !== undefined) throw databaseError(reading.failure(), rules)
  } finally {
    signal?.removeEventListener('abort', stop)
    if (!reading.isOver()) {
      reading.discard()
      driver.resume()
      await leaveQuery({
        end: reading.end,
        cancel: () => client.cancel(),
        drop: () => driver.destroy(),
      })
    }
  }
}
