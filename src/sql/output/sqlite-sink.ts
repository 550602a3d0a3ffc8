import { createHash } from 'node:crypto'
import { createReadStream, existsSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import Libsql from 'libsql'
import { AppError, writeError } from '../../core/errors.js'
import type { TextRow } from '../databases.js'
import type { OutputColumn } from './formats.js'
import type { Position } from './journal.js'
import type { Sink } from './sink.js'
import type { UnfinishedFile } from './unfinished.js'

type Connection = InstanceType<typeof Libsql>

const rowsPerStatement = 64

/** A commit waits for the disk several times. */
const blocksPerTransaction = 16

/**
 * An SQLite database with one table `catalog`. Some blocks up to the end of a product are one transaction, in which the
 * database's `user_version` counts them: the journal is written before, with the positions before and after, and the
 * count tells which of the two the file has reached.
 */
export function openSqliteSink(file: UnfinishedFile, columns: readonly OutputColumn[]): Sink {
  const start = file.positions.length > 0 ? reached(file) : null
  if (start === null) for (const end of ['', '-journal']) rmSync(file.data + end, { force: true })
  const connection = open(file)
  let latest = start
  let blocks = start?.blocks ?? 0
  let committed = blocks
  let last: Position | null = null
  const insert = inserter(connection, columns, start === null)

  async function commit(position: Position | null): Promise<void> {
    if (position !== null) await file.record([latest, position].filter((one) => one !== null))
    connection.exec(`pragma user_version = ${blocks}`)
    connection.exec('commit')
    latest = position ?? latest
    committed = blocks
  }

  function begin(): void {
    if (!connection.inTransaction) connection.exec('begin')
  }

  const close = once(() => connection.close())
  return {
    start,
    async write({ rows, endsProduct, key, counts }) {
      return guarded(file, async () => {
        begin()
        insert(rows)
        blocks += 1
        last = key === null ? null : { key, blocks, bytes: 0, counts, state: null }
        if (endsProduct && blocks - committed >= blocksPerTransaction) await commit(last)
        await new Promise(setImmediate)
        return true
      })
    },
    async finish() {
      return guarded(file, async () => {
        if (committed < blocks || blocks === 0) {
          begin()
          insert([])
          await commit(last)
        }
        close()
        const written = await measure(file.data)
        await file.complete()
        return { ...written, records: null }
      })
    },
    leave() {
      rollBack(connection)
      close()
      return file.leave()
    },
  }
}

/** Statements that are not collected yet keep a closed connection, and with it the lock of an open transaction. */
function rollBack(connection: Connection): void {
  try {
    if (connection.open && connection.inTransaction) connection.exec('rollback')
  } catch {
    // What ended the export is the failure to report; the next one rolls back by itself.
  }
}

/** The position that the database itself counts; an interrupted transaction is rolled back when it is opened. */
function reached(file: UnfinishedFile): Position | null {
  const connection = open(file)
  try {
    const row = connection.prepare('pragma user_version').raw().get() as [number]
    return file.positions.find(({ blocks }) => blocks === row[0]) ?? null
  } catch (error) {
    throw sqliteError(error, file)
  } finally {
    connection.close()
  }
}

function open(file: UnfinishedFile): Connection {
  try {
    return new Libsql(file.data)
  } catch (error) {
    throw sqliteError(error, file)
  }
}

/** Adds rows, many with each statement; the first ones make the table. */
function inserter(
  connection: Connection,
  columns: readonly OutputColumn[],
  isNew: boolean,
): (rows: readonly TextRow[]) => void {
  const quoted = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`)
  const definitions = columns.map(
    ({ integer }, position) => `${quoted[position] ?? ''} ${integer ? 'integer' : 'text'}`,
  )
  const statements = new Map<number, ReturnType<Connection['prepare']>>()
  const values = `(${columns.map(() => '?').join(', ')})`
  let hasTable = !isNew

  function statementFor(count: number): ReturnType<Connection['prepare']> {
    const found = statements.get(count)
    if (found !== undefined) return found
    const sql = `insert into catalog (${quoted.join(', ')}) values ${Array(count).fill(values).join(', ')}`
    const statement = connection.prepare(sql)
    statements.set(count, statement)
    return statement
  }

  return (rows) => {
    if (!hasTable) connection.exec(`create table catalog (${definitions.join(', ')})`)
    hasTable = true
    for (let from = 0; from < rows.length; from += rowsPerStatement) {
      const some = rows.slice(from, from + rowsPerStatement)
      statementFor(some.length).run(
        some.flatMap((row) => columns.map(({ index }) => row[index] ?? null)),
      )
    }
  }
}

async function measure(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) hash.update(piece)
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}

async function guarded<T>(file: UnfinishedFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw sqliteError(error, file)
  }
}

/** What SQLite says of a write that failed, in the words of other outputs. */
function sqliteError(error: unknown, { path, data }: UnfinishedFile): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'SQLITE_FULL') return writeError(Object.assign(error, { code: 'ENOSPC' }), path)
  if (!code.startsWith('SQLITE_') && !existsSync(data)) return writeError(error, path)
  if (!code.startsWith('SQLITE_')) return error
  return new AppError('output_unwritable', `Cannot write ${path}: ${error.message}`, {
    hint: 'Free some space or choose another directory.',
    cause: error,
  })
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}
