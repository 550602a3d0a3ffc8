import type { DialectName, TextRow, WritableDatabase } from '../databases.js'

/** A table or view that is there, and what it says of itself. */
export interface NamedTable {
  readonly name: string
  readonly comment: string | null
}

/** Which of some tables are there, views too, with their comments. */
export async function findTables(
  names: readonly string[],
  database: WritableDatabase,
): Promise<readonly NamedTable[]> {
  // PostgreSQL alone tells quoted names apart by case, always.
  const form = (name: string): string =>
    database.dialect === 'postgres' ? name : name.toLowerCase()
  const wanted = new Set(names.map(form))
  const rows = await database.rows(queries[database.dialect])
  return rows.flatMap(([name, comment]: TextRow) =>
    typeof name === 'string' && wanted.has(form(name)) ? [{ name, comment: comment ?? null }] : [],
  )
}

/** The names of all tables and views with their comments; SQLite keeps the comment in the statement itself. */
const queries: Readonly<Record<DialectName, string>> = {
  sqlite: `select name, case when sql like '%/* % */%'
    then substr(sql, instr(sql, '/* ') + 3, instr(sql, ' */') - instr(sql, '/* ') - 3) end
    from sqlite_master where type in ('table', 'view')`,
  postgres: `select c.relname, obj_description(c.oid, 'pg_class') from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname = current_schema()`,
  mysql: `select table_name, table_comment from information_schema.tables
    where table_schema = database()`,
}
