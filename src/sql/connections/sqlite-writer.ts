import Libsql from 'libsql'
import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { OpenContext, WritableDatabase } from '../databases.js'
import { eachBatch, insertStatement } from './insert.js'
import { busyMilliseconds, sqlitePath, textRows, told } from './sqlite.js'
import { sqliteRules } from './sqlite-errors.js'
import { transactions } from './transactions.js'

/** Opens an SQLite file for writing; it is made if it is not there. */
export function openSqliteForWriting(
  url: string,
  config: DatabaseConfig,
  { cwd }: OpenContext,
): Promise<WritableDatabase> {
  const path = sqlitePath(url, cwd)
  const rules = sqliteRules(path)
  const connection = told(rules, () => new Libsql(path))
  const run = async (sql: string, parameters: readonly unknown[] = []) => {
    await Promise.resolve()
    told(rules, () => {
      // A prepared statement that gives rows, as some pragmas do, would keep its lock.
      if (parameters.length === 0) connection.exec(sql)
      else connection.prepare(sql).run(...parameters)
    })
  }
  told(rules, () => {
    connection.exec(`pragma busy_timeout = ${String(busyMilliseconds(config))}`)
    connection.prepare('select count(*) from sqlite_master').all()
  })
  const transaction = transactions(run)
  return Promise.resolve({
    name: path,
    dialect: 'sqlite',
    run,
    async rows(sql, parameters = []) {
      await Promise.resolve()
      return told(rules, () => textRows(connection, sql, parameters))
    },
    load: (table, columns, batches) =>
      transaction(() => {
        const statement = told(rules, () =>
          connection.prepare(insertStatement('sqlite', table, columns)),
        )
        return eachBatch(batches, (rows) =>
          told(rules, () => {
            for (const row of rows) statement.run(...row)
          }),
        )
      }),
    transaction,
    close: () => Promise.resolve(void connection.close()),
  })
}
