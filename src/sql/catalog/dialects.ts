import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
  type Expression,
  type RawBuilder,
} from 'kysely'
import type { DialectName } from '../databases.js'

type Text = Expression<string | null>

/** Where the SQL of the databases differs. */
export interface DialectRules {
  /** How Kysely writes it; it only compiles here, the connection is ours. */
  readonly compiler: Dialect
  /** Any column as text: of fixed length, binary, an enumeration. */
  text(column: Text): RawBuilder<string | null>
  /** Whether a text has more than white space; NULL has not. */
  hasText(text: Text): RawBuilder<boolean>
  /** Equality without regard to case, whatever the collation. */
  sameWord(text: Text, word: string): RawBuilder<boolean>
  /** An identifier given as text, to be compared with a column of identifiers. */
  identifier(text: string): RawBuilder<unknown>
}

/** Bytes are written as `\\x` and hex digits. */
const hexDigits = (text: string): string | undefined => /^\\x((?:[0-9a-f]{2})+)$/.exec(text)?.[1]

const blanks = sql`' ' || chr(9) || chr(10) || chr(13)`

const sqlite: DialectRules = {
  compiler: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  text: (column) => sql`cast(${column} as text)`,
  hasText: (text) => sql`trim(${text}, char(32, 9, 10, 13)) <> ''`,
  sameWord: (text, word) => sql`lower(${text}) = lower(${word})`,
  identifier: (text) => {
    const hex = hexDigits(text)
    return hex === undefined ? sql`${text}` : sql.raw(`x'${hex}'`)
  },
}

const postgres: DialectRules = {
  compiler: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  text: (column) => sql`cast(${column} as text)`,
  hasText: (text) => sql`btrim(${text}, ${blanks}) <> ''`,
  sameWord: (text, word) => sql`lower(${text}) = lower(${word})`,
  identifier: (text) => sql`${text}`,
}

/** `lower` does nothing to bytes, and most collations compare more loosely than by case: hence `using` and `binary`. */
const mysql: DialectRules = {
  compiler: {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new MysqlIntrospector(database),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  },
  text: (column) => sql`convert(${column} using utf8mb4)`,
  // The expression decides alone; the first byte spares it for nearly every text.
  hasText: (text) =>
    sql`(ascii(ltrim(${text})) > 32 or ${text} regexp concat('[^ ', char(9, 10, 13 using utf8mb4), ']'))`,
  sameWord: (text, word) => sql`cast(lower(${text}) as binary) = cast(lower(${word}) as binary)`,
  identifier: (text) => {
    const hex = hexDigits(text)
    return hex === undefined ? sql`${text}` : sql.raw(`x'${hex}'`)
  },
}

export const dialects = { sqlite, postgres, mysql } satisfies Record<DialectName, DialectRules>

/** Kysely for one database, with no connection behind it. */
export function compilerOf(dialect: DialectName): Kysely<Record<string, never>> {
  return new Kysely({ dialect: dialects[dialect].compiler })
}
