import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { OpenContext, WritableDatabase } from '../databases.js'
import { copyLine } from './copy-text.js'
import { databaseError, tell } from './errors.js'
import { eachBatch } from './insert.js'
import { readPlace } from './place.js'
import { connectPostgres } from './postgres-client.js'
import { postgresRules } from './postgres-errors.js'
import { quoteName } from './quote.js'
import { transactions } from './transactions.js'

/** Opens a PostgreSQL database for writing. */
export async function openPostgresForWriting(
  url: string,
  config: DatabaseConfig,
  { cwd, mask }: OpenContext,
): Promise<WritableDatabase> {
  const place = await readPlace(url, config, { cwd, port: 5432 })
  const rules = postgresRules(place.name, mask)
  const client = await tell(rules, connectPostgres(place, config))
  const rows = (sql: string, parameters?: readonly unknown[]) =>
    tell(rules, client.query(sql, parameters))
  const run = async (sql: string, parameters?: readonly unknown[]) => {
    await rows(sql, parameters)
  }
  const transaction = transactions(run)
  return {
    name: place.name,
    dialect: 'postgres',
    run,
    rows,
    load: (table, columns, batches) =>
      transaction(async () => {
        const { from } = await import('pg-copy-streams')
        const names = columns.map((name) => quoteName('postgres', name)).join(', ')
        const copy = client.driver.query(
          from(`copy ${quoteName('postgres', table)} (${names}) from stdin`),
        )
        const end = tell(rules, finished(copy))
        end.catch(() => {})
        try {
          const count = await eachBatch(batches, async (batch) => {
            if (!copy.write(batch.map(copyLine).join(''))) {
              await Promise.race([once(copy, 'drain'), end])
            }
          })
          copy.end()
          await end
          return count
        } catch (error) {
          copy.destroy()
          await end.catch(() => {})
          throw databaseError(error, rules)
        }
      }),
    transaction,
    close: () => client.driver.end().catch(() => {}),
  }
}
