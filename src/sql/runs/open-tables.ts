import { AppError } from '../../core/errors.js'
import type { DialectName, WritableDatabase } from '../databases.js'
import { createTableIfMissing } from '../tables.js'
import { runTables, sweepTables, tablesVersion, versionTable } from './tables.js'

/**
 * Makes the tables of runs where they are missing, and does `work` in one transaction in which nobody else writes them.
 * Throws `record_too_new` where a newer version made them.
 */
export async function openTables<T>(
  database: WritableDatabase,
  work: () => Promise<T>,
): Promise<T> {
  const [first = '', ...others] = runsStatements(database.dialect)
  const create = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await database.run(statement)
  }
  const all = async (): Promise<T> => {
    await lockVersion(database)
    // MySQL's DDL would end the transaction; there it has been made before.
    if (database.dialect !== 'mysql') await create(others)
    return work()
  }
  await create([first])
  if (database.dialect === 'mysql') await create(others)
  return database.transaction(all)
}

/** The statements that make the tables of runs where they are missing, that of versions first. */
export function runsStatements(dialect: DialectName): string[] {
  const tables = [versionTable, ...Object.values(runTables), ...Object.values(sweepTables)]
  return tables.map((table) => createTableIfMissing(table, dialect))
}

/** The one row of versions is written by all writers: the second one waits for the first. SQLite's transactions do so anyway. */
async function lockVersion(database: WritableDatabase): Promise<void> {
  const { name } = versionTable
  if (database.dialect !== 'sqlite') await database.run(`update ${name} set version = version`)
  const [row] = await database.rows(`select version from ${name}`)
  if (row === undefined) {
    await database.run(`insert into ${name} (id, version) values (1, ${tablesVersion})`)
    return
  }
  const version = Number(row[0])
  if (version <= tablesVersion) return
  throw new AppError(
    'record_too_new',
    `The tables of runs in ${database.name} have version ${version}; this version of atelier writes ${tablesVersion}`,
    { hint: 'Install a newer atelier to write them.' },
  )
}
