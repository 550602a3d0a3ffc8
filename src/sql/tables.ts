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

/** Where tables of ours are made. */
export interface TablePlace {
  readonly dialect: DialectName
  /** Schema of PostgreSQL or database of MySQL; null: the connection's own. */
  readonly namespace: string | null
}

/** The same types everywhere, but that MySQL's `text` ends at 65,535 bytes, and SQLite numbers rows by `integer` alone. */
const types = {
  sqlite: { integer: 'integer', real: 'double precision', name: 'varchar(255)', text: 'text' },
  postgres: { integer: 'bigint', real: 'double precision', name: 'varchar(255)', text: 'text' },
  mysql: { integer: 'bigint', real: 'double precision', name: 'varchar(255)', text: 'longtext' },
} as const

/** A table with all its keys in one statement; it may be there already. */
export function createTableIfMissing(table: TableDefinition, place: TablePlace): string {
  const lines = [...columnLines(table, place), ...keyLines(table, place)]
  return `create table if not exists ${tableName(table.name, place)} ${body(lines)}${ending(place)}`
}

/**
 * A table that is filled at once: PostgreSQL makes keys and indexes fastest when the rows are there, SQLite the indexes;
 * MySQL stores rows by their keys. The comment stays in the database, by which `commentQuery` finds it.
 */
export function createTableToFill(
  table: TableDefinition,
  place: TablePlace,
  comment: string,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const { dialect } = place
  const name = tableName(table.name, place)
  const text = literal(comment)
  const columns = columnLines(table, place)
  const keys = keyLines(table, place)
  const indexes = table.foreignKeys
    .map(({ column }) => column)
    .filter((column) => column !== table.primaryKey[0])
  if (dialect === 'mysql') {
    const create = `create table ${name} ${body([...columns, ...keys])}${ending(place)} comment = ${text}`
    return { before: [create], after: [] }
  }
  if (dialect === 'sqlite') {
    const create = `create table ${name} /* ${comment} */ ${body([...columns, ...keys])}`
    const after = indexes.map((column) => {
      const index = tableName(`${table.name}_${column}`, place)
      return `create index ${index} on ${quoteName(table.name, dialect)} (${quoteName(column, dialect)})`
    })
    return { before: [create], after }
  }
  return {
    before: [`create table ${name} ${body(columns)}`, `comment on table ${name} is ${text}`],
    after: [
      ...keys.map((key) => `alter table ${name} add ${key}`),
      ...indexes.map((column) => `create index on ${name} (${quoteName(column, dialect)})`),
    ],
  }
}

/** A name of a table or column as SQL, whatever characters it has. */
export function quoteName(name: string, dialect: DialectName): string {
  const mark = dialect === 'mysql' ? '`' : '"'
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`
}

/** A table as SQL, with its namespace. */
export function tableName(name: string, { dialect, namespace }: TablePlace): string {
  const own = quoteName(name, dialect)
  return namespace === null ? own : `${quoteName(namespace, dialect)}.${own}`
}

function columnLines({ columns }: TableDefinition, { dialect }: TablePlace): string[] {
  return columns.map(({ name, type, nullable }) => {
    const declaration = `${quoteName(name, dialect)} ${types[dialect][type]}`
    return nullable === true ? declaration : `${declaration} not null`
  })
}

function keyLines({ primaryKey, foreignKeys }: TableDefinition, place: TablePlace): string[] {
  const list = (names: readonly string[]): string =>
    `(${names.map((name) => quoteName(name, place.dialect)).join(', ')})`
  return [
    `primary key ${list(primaryKey)}`,
    ...foreignKeys.map(({ column, table, references }) => {
      // SQLite's references stay in the same file, and take no namespace.
      const target = tableName(
        table,
        place.dialect === 'sqlite' ? { ...place, namespace: null } : place,
      )
      return `foreign key ${list([column])} references ${target} ${list([references])}`
    }),
  ]
}

function body(lines: readonly string[]): string {
  return `(\n  ${lines.join(',\n  ')}\n)`
}

/** MySQL's tables otherwise follow the server's defaults, which may know neither emoji nor transactions. */
function ending({ dialect }: TablePlace): string {
  return dialect === 'mysql'
    ? ' engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin'
    : ''
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
