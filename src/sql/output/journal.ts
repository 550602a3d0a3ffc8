import { AppError } from '../../core/errors.js'
import { readJson, writeFileAtomic } from '../../core/files.js'
import type { Counts } from './counts.js'

/** A place in an output from which it can go on: everything up to a product is there. */
export interface Position {
  /** The last product that is there. */
  readonly key: string
  readonly blocks: number
  readonly bytes: number
  readonly counts: Counts
  /** What the encoder needs to go on. */
  readonly state: unknown
}

/** What stands beside an unfinished output. */
interface Journal {
  readonly journal_version: 1
  /** What must be the same for the export to go on. */
  readonly identity: Identity
  readonly positions: readonly Position[]
}

/** Everything the bytes of an output depend on, by a name for messages. */
export type Identity = Readonly<Record<string, string>>

/** The journal of an unfinished output; undefined if there is none. */
export async function readJournal(path: string): Promise<Journal | undefined> {
  const found = await readJson(path)
  if (found === undefined) return undefined
  const journal = untag(found) as Partial<Journal> | null
  if (journal?.journal_version === 1) return journal as Journal
  throw new AppError('run_corrupt', `${path} is no journal of an export of this version`, {
    hint: 'Delete it and the file beside it to begin anew.',
  })
}

/** Throws where a journal belongs to another export than the one that would go on. */
export function checkIdentity(path: string, { identity: found }: Journal, wanted: Identity): void {
  const changed = Object.keys({ ...wanted, ...found }).filter(
    (name) => wanted[name] !== found[name],
  )
  if (changed.length === 0) return
  throw new AppError('data_mismatch', `The unfinished export differs in: ${changed.join(', ')}`, {
    hint: `Repeat the command as it was, or delete ${path} and the file beside it to begin anew.`,
  })
}

/** Replaces the journal; it is on the disk when this returns. */
export async function writeJournal(
  path: string,
  identity: Identity,
  positions: readonly Position[],
): Promise<void> {
  const journal: Journal = { journal_version: 1, identity, positions }
  await writeFileAtomic(path, JSON.stringify(journal, tagged))
}

/** JSON has no integers beyond 2^53 and no bytes, which the state of an encoder may hold. */
function tagged(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $integer: String(value) }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  return value
}

function untag(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untag)
  if (value === null || typeof value !== 'object') return value
  if ('$integer' in value) return BigInt(value.$integer as string)
  if ('$bytes' in value) return new Uint8Array(Buffer.from(value.$bytes as string, 'base64'))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, untag(item)]))
}
