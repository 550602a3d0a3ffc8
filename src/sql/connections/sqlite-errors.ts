import type { ErrorCode } from '../../core/errors.js'
import { lockMeaning, type ErrorRules, type Meaning, type Meanings } from './errors.js'

const failed = (text: string, hint?: string): Meaning => ({
  code: 'database_failed',
  text,
  ...(hint !== undefined && { hint }),
})
const unwritable = (code: ErrorCode, text: string): Meaning => ({
  code,
  text,
  hint: 'Free some space, or choose another place.',
})
const damaged = failed('is damaged', 'Restore the file, or try `.recover` of the sqlite3 shell.')

/** By SQLite's own codes; an extended one, such as SQLITE_BUSY_SNAPSHOT, means what the plain one does. */
const meanings: Meanings = {
  SQLITE_NOTADB: failed('is not an SQLite database'),
  SQLITE_CORRUPT: damaged,
  SQLITE_BUSY: lockMeaning,
  SQLITE_LOCKED: lockMeaning,
  SQLITE_PROTOCOL: lockMeaning,
  SQLITE_CANTOPEN: failed('cannot be opened', 'Check that it may be read, and its directory.'),
  SQLITE_PERM: failed('may not be opened'),
  SQLITE_READONLY: failed('may not be written'),
  SQLITE_IOERR: failed('cannot be read or written: the disk failed'),
  SQLITE_FULL: unwritable('disk_full', 'cannot grow: the disk is full'),
}

/** How errors of SQLite are told. libsql's errors when opening have no code but a text. */
export function sqliteRules(name: string): ErrorRules {
  return {
    name,
    mask: (text) => text,
    meanings,
    codeOf: (error) => {
      const code = 'code' in error ? String(error.code) : ''
      if (code === '') return /unable to open/i.test(error.message) ? 'SQLITE_CANTOPEN' : undefined
      const number = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code)?.[1]
      if (number !== undefined) return plainCodes[Number(number) & 0xff] ?? code
      return /^SQLITE_[A-Z]+/.exec(code)?.[0]
    },
  }
}

/** libsql has no names for most extended codes, whose low byte is the plain one. */
const plainCodes: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  26: 'SQLITE_NOTADB',
}

/** Whether SQLite failed because it could not make the two files that its WAL mode wants beside the database. */
export function wantsFilesBeside(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code === 'UNKNOWN_SQLITE_ERROR_1544' || code.startsWith('SQLITE_CANTOPEN')
}
