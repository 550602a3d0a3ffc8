import { quoteName } from './connections/quote.js'
import type { DialectName } from './databases.js'

/** A table of ours; `name` is a text short enough to be a key. */
export interface TableDefinition {
  readonly name: string
  readonly columns: readonly {
    readonly name: string
    readonly type: 'integer' | 'real' | 'name' | 'text'
    readonly nullable?: boolean
  }[]
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKey[]
}

interface ForeignKey {
  readonly column: string
  readonly table: string
  readonly references: string
}

/** The same types everywhere, but that MySQL's `text` ends at 65,535 bytes, and SQLite numbers rows by `integer` alone. */
const types = {
  sqlite: { integer: 'integer', real: 'double precision', name: 'varchar(255)', text: 'text' },
  postgres: { integer: 'bigint', real: 'double precision', name: 'varchar(255)', text: 'text' },
  mysql: { integer: 'bigint', real: 'double precision', name: 'varchar(255)', text: 'longtext' },
} as const

/** A table with all its keys in one statement; it may be there already. */
export function createTableIfMissing(table: TableDefinition, dialect: DialectName): string {
  const lines = [...columnLines(table, dialect), ...keyLines(table, dialect)]
  const name = quoteName(dialect, table.name)
  return `create table if not exists ${name} ${body(lines)}${ending(dialect)}`
}

/**
 * A table that is filled at once: PostgreSQL makes keys and indexes fastest when the rows are there, SQLite the indexes;
 * MySQL stores rows by their keys. The comment stays in the database, by which the table is known again.
 */
export function createTableToFill(
  table: TableDefinition,
  dialect: DialectName,
  comment: string,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const name = quoteName(dialect, table.name)
  const text = literal(comment)
  const columns = columnLines(table, dialect)
  const keys = keyLines(table, dialect)
  const indexes = table.foreignKeys
    .map(({ column }) => column)
    .filter((column) => column !== table.primaryKey[0])
  if (dialect === 'mysql') {
    const create = `create table ${name} ${body([...columns, ...keys])}${ending(dialect)} comment = ${text}`
    return { before: [create], after: [] }
  }
  if (dialect === 'sqlite') {
    const create = `create table ${name} /* ${comment} */ ${body([...columns, ...keys])}`
    const after = indexes.map((column) => {
      const index = quoteName(dialect, `${table.name}_${column}`)
      return `create index ${index} on ${name} (${quoteName(dialect, column)})`
    })
    return { before: [create], after }
  }
  return {
    before: [`create table ${name} ${body(columns)}`, `comment on table ${name} is ${text}`],
    after: [
      ...keys.map((key) => `alter table ${name} add ${key}`),
      ...indexes.map((column) => `create index on ${name} (${quoteName(dialect, column)})`),
      `analyze ${name}`,
    ],
  }
}

function columnLines({ columns }: TableDefinition, dialect: DialectName): string[] {
  return columns.map(({ name, type, nullable }) => {
    const declaration = `${quoteName(dialect, name)} ${types[dialect][type]}`
    return nullable === true ? declaration : `${declaration} not null`
  })
}

function keyLines(table: TableDefinition, dialect: DialectName): string[] {
  const list = (names: readonly string[]): string =>
    `(${names.map((name) => quoteName(dialect, name)).join(', ')})`
  return [
    `primary key ${list(table.primaryKey)}`,
    ...table.foreignKeys.map((key) => {
      const target = `${quoteName(dialect, key.table)} ${list([key.references])}`
      return `foreign key ${list([key.column])} references ${target}`
    }),
  ]
}

function body(lines: readonly string[]): string {
  return `(\n  ${lines.join(',\n  ')}\n)`
}

/** MySQL's tables otherwise follow the server's defaults, which may know neither emoji nor transactions. */
function ending(dialect: DialectName): string {
  return dialect === 'mysql'
    ? ' engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin'
    : ''
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
