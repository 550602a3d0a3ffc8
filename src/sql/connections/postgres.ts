import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { Database, OpenContext, Query, TextRow } from '../databases.js'
import { copyReader } from './copy-text.js'
import { databaseError, type ErrorRules } from './errors.js'
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
import { isAborted, stopped } from './stopping.js'

/** Opens a PostgreSQL database in a transaction that sees one snapshot and cannot write. */
export async function openPostgres(
  url: string,
  config: DatabaseConfig,
  { cwd, mask }: OpenContext,
): Promise<Database> {
  const place = await readPlace(url, config, { cwd, port: 5432 })
  const rules = postgresRules(place.name, mask)
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw databaseError(error, rules)
    })
  const client = await told(connectPostgres(place, config))
  // The snapshot is taken by the first statement.
  await told(client.query('begin isolation level repeatable read read only; select 1'))
  return {
    name: place.name,
    dialect: 'postgres',
    tables: (namespace) => told(readPostgresTables(client, namespace)),
    stream: (query, signal) => copyRows(client, query, rules, signal),
    async explain({ sql, parameters }) {
      const rows = await told(client.query(`explain ${inlineParameters(sql, parameters)}`))
      return rows.map(([line]) => line).join('\n')
    },
    close: () => client.driver.end().catch(() => {}),
  }
}

/** How long a server may take to stop a statement before its connection is dropped. */
const patienceMilliseconds = 3000

/** COPY is the fastest way out of PostgreSQL; the text format keeps NULL and '' apart. */
async function* copyRows(
  client: PostgresClient,
  { sql, parameters }: Query,
  rules: ErrorRules,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TextRow[]> {
  const { to } = await import('pg-copy-streams')
  if (isAborted(signal)) throw stopped()
  const copy = client.driver.query(to(`copy (${inlineParameters(sql, parameters)}) to stdout`))
  const read = copyReader()
  let isDone = false
  let patience: NodeJS.Timeout | undefined
  const stop = () => {
    void cancelStatement(client)
    patience = setTimeout(() => dropConnection(client), patienceMilliseconds)
  }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for await (const piece of copy as AsyncIterable<Buffer>) {
      const rows = read(piece)
      if (rows.length > 0) yield rows
    }
    isDone = true
  } catch (error) {
    isDone = true
    throw isAborted(signal) ? stopped() : databaseError(error, rules)
  } finally {
    signal?.removeEventListener('abort', stop)
    clearTimeout(patience)
    if (!isDone) await cancelStatement(client)
  }
  if (isAborted(signal)) throw stopped()
}
