import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { Database, OpenContext, Query, TextRow } from '../databases.js'
import { copyReader } from './copy-text.js'
import { databaseError, tell, type ErrorRules } from './errors.js'
import {
  cancelStatement,
  connectPostgres,
  dropConnection,
  type PostgresClient,
} from './postgres-client.js'
import { postgresRules } from './postgres-errors.js'
import { readPostgresTables } from './postgres-tables.js'
import { readPlace } from './place.js'
import { inlineParameters } from './quote.js'
import { isAborted, leaveQuery, stopped, stopQuery } from './stopping.js'

/** Opens a PostgreSQL database in a transaction that sees one snapshot and cannot write. */
export async function openPostgres(
  url: string,
  config: DatabaseConfig,
  { cwd, mask }: OpenContext,
): Promise<Database> {
  const place = await readPlace(url, config, { cwd, port: 5432 })
  const rules = postgresRules(place.name, mask)
  const client = await tell(rules, connectPostgres(place, config))
  // The snapshot is taken by the first statement.
  await tell(rules, client.query('begin isolation level repeatable read read only; select 1'))
  return {
    name: place.name,
    dialect: 'postgres',
    tables: (namespace) => tell(rules, readPostgresTables(client, namespace)),
    stream: (query, signal) => copyRows(client, query, rules, signal),
    async explain({ sql, parameters }) {
      const rows = await tell(rules, client.query(`explain ${inlineParameters(sql, parameters)}`))
      return rows.map(([line]) => line).join('\n')
    },
    close: () => client.driver.end().catch(() => {}),
  }
}

/**
 * COPY is the fastest way out of PostgreSQL; its text format keeps NULL and '' apart. The savepoint keeps the snapshot
 * where a query is left early.
 */
async function* copyRows(
  client: PostgresClient,
  { sql, parameters }: Query,
  rules: ErrorRules,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TextRow[]> {
  const { to } = await import('pg-copy-streams')
  if (isAborted(signal)) throw stopped()
  const copySql = `copy (${inlineParameters(sql, parameters)}) to stdout`
  await tell(rules, client.query('savepoint atelier_read'))
  const copy = client.driver.query(to(copySql))
  const end = new Promise<void>((resolve) => {
    for (const event of ['end', 'error', 'close']) copy.once(event, () => resolve())
  })
  const ways = { end, cancel: () => cancelStatement(client), drop: () => dropConnection(client) }
  const stop = () => void stopQuery(ways)
  signal?.addEventListener('abort', stop, { once: true })
  const read = copyReader()
  let isWhole = false
  try {
    for await (const piece of copy.iterator({ destroyOnReturn: false })) {
      const rows = read(piece as Buffer)
      if (rows.length > 0) yield rows
      if (isAborted(signal)) throw stopped()
    }
    isWhole = true
  } catch (error) {
    throw isAborted(signal) ? stopped() : databaseError(error, rules)
  } finally {
    signal?.removeEventListener('abort', stop)
    if (!isWhole) {
      copy.on('error', () => {}).resume()
      await leaveQuery(ways)
      await client.query('rollback to savepoint atelier_read').catch(() => {})
    }
  }
}
