import { AppError } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import type { Progress } from '../../core/terminal.js'
import type { TextRow, WritableDatabase } from '../databases.js'
import type { TableDefinition } from '../tables.js'

/** How many directories were new to the database, changed, as they were, gone, or damaged. */
export interface MirrorCounts {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly removed: number
  readonly skipped: number
}

export interface MirrorSide {
  readonly database: WritableDatabase
  readonly store: string
  readonly log: Log
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Directories of one kind and the tables that mirror them, the one with a row per directory first. */
export interface Mirrored {
  readonly what: string
  readonly tables: readonly TableDefinition[]
  /** The directories by their id. */
  readonly places: ReadonlyMap<string, string>
  /** The rows of a directory, for each table. */
  readonly read: (path: string) => Promise<readonly (readonly TextRow[])[]>
}

const pieceSize = 100

/** Brings tables to the state of directories, a piece at a time, so that memory stays flat. */
export async function mirror(
  side: MirrorSide,
  mirrored: Mirrored,
): Promise<{ counts: MirrorCounts; rows: number }> {
  const { database, store, log, progress, signal } = side
  const { what, tables, places, read } = mirrored
  const known = await readKnown(database, tables)
  const gone = [...known].filter(([id, row]) => row.store === store && !places.has(id))
  const counts = { added: 0, changed: 0, unchanged: 0, removed: gone.length, skipped: 0 }
  let [rows, done] = [0, 0]
  progress.start(what, places.size)
  await remove(
    database,
    tables,
    gone.map(([id]) => id),
  )
  for (const piece of pieces([...places])) {
    if (signal.aborted) throw new AppError('interrupted', 'Stopped; the database is as it was')
    const fresh: (readonly (readonly TextRow[])[])[] = []
    const stale: string[] = []
    for (const [id, path] of piece) {
      const own = await readable(path, read, log)
      if (own === undefined) counts.skipped += 1
      else if (known.get(id)?.hash === hashOf(own)) counts.unchanged += 1
      else {
        fresh.push(own)
        if (known.has(id)) stale.push(id)
      }
    }
    counts.changed += stale.length
    counts.added += fresh.length - stale.length
    await remove(database, tables, stale)
    rows += await add(database, tables, fresh)
    progress.update((done += piece.length), what)
  }
  return { counts, rows }
}

async function readKnown(
  database: WritableDatabase,
  [first]: readonly TableDefinition[],
): Promise<Map<string, { store: string | null; hash: string | null }>> {
  const [id = '', table = ''] = [first?.primaryKey[0], first?.name]
  const rows = await database.rows(`select ${id}, store, content_hash from ${table}`)
  return new Map(rows.map(([key, store, hash]) => [key ?? '', { store, hash } as never]))
}

/** The hash stands in the last column of the first table. */
function hashOf([first]: readonly (readonly TextRow[])[]): string | null | undefined {
  return first?.[0]?.at(-1)
}

async function readable(
  path: string,
  read: Mirrored['read'],
  log: Log,
): Promise<readonly (readonly TextRow[])[] | undefined> {
  try {
    return await read(path)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    log.warn(`${path} is left out: ${error.message}`)
    return undefined
  }
}

async function remove(
  database: WritableDatabase,
  tables: readonly TableDefinition[],
  ids: readonly string[],
): Promise<void> {
  for (const piece of pieces(ids)) {
    const places = piece.map((_, place) =>
      database.dialect === 'postgres' ? `$${place + 1}` : '?',
    )
    for (const { name, primaryKey } of [...tables].reverse()) {
      const condition = `${primaryKey[0] ?? ''} in (${places.join(', ')})`
      await database.run(`delete from ${name} where ${condition}`, piece)
    }
  }
}

async function add(
  database: WritableDatabase,
  tables: readonly TableDefinition[],
  fresh: readonly (readonly (readonly TextRow[])[])[],
): Promise<number> {
  let count = 0
  for (const [place, { name, columns }] of tables.entries()) {
    const rows = fresh.flatMap((own) => own[place] ?? [])
    if (rows.length === 0) continue
    const names = columns.map((column) => column.name)
    count += await database.load(name, names, [rows])
  }
  return count
}

function pieces<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / pieceSize) }, (_, piece) =>
    items.slice(piece * pieceSize, (piece + 1) * pieceSize),
  )
}
