import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { AppError, writeError } from '../../core/errors.js'
import { makeDirectories, refuseSpecialFile, syncDirectory } from '../../core/files.js'
import type { Clock } from '../../store/records.js'
import { RunLock } from '../../store/run-lock.js'
import {
  checkIdentity,
  readJournal,
  writeJournal,
  type Identity,
  type Position,
} from './journal.js'

/**
 * An output while it is written: `<output>.partial`, its journal and its lock beside it. It gets its name when it is
 * whole, by a rename.
 */
export class UnfinishedFile {
  readonly data: string
  readonly #journal: string
  /** From where it can go on, as the journal has it. */
  positions: readonly Position[] = []

  private constructor(
    readonly path: string,
    readonly identity: Identity,
    readonly lock: RunLock,
    readonly resumable: boolean,
  ) {
    this.data = `${path}.partial`
    this.#journal = `${path}.partial.json`
  }

  /** Begins an output, or with `resume` goes on with one that was broken off, if there is one. */
  static async open(
    path: string,
    identity: Identity,
    { resume, resumable, clock }: { resume: boolean; resumable: boolean; clock: Clock },
  ): Promise<UnfinishedFile> {
    let lock: RunLock | undefined
    try {
      await makeDirectories(dirname(path))
      await refuseSpecialFile(path)
      lock = RunLock.acquire(dirname(path), clock, `${basename(path)}.partial.lock`)
      const file = new UnfinishedFile(path, identity, lock, resumable)
      await file.#begin(resume)
      return file
    } catch (error) {
      lock?.release()
      throw writeError(error, path)
    }
  }

  async #begin(resume: boolean): Promise<void> {
    const isThere = existsSync(this.data)
    const journal = await readJournal(this.#journal)
    if (isThere && journal === undefined) {
      throw new AppError('output_unwritable', `${this.data} is in the way: it has no journal`, {
        hint: 'Delete it, or choose another output.',
      })
    }
    const positions = isThere ? (journal?.positions ?? []) : []
    if (journal === undefined || positions.length === 0) return this.record([])
    if (!resume) {
      throw new AppError('output_unwritable', `${this.data} holds an unfinished export`, {
        hint: 'Add --resume to go on with it, or delete it to begin anew.',
      })
    }
    checkIdentity(this.#journal, journal, this.identity)
    this.positions = positions
  }

  /** Notes from where the output can go on; what it holds up to there must be on the disk. */
  async record(positions: readonly Position[]): Promise<void> {
    if (!this.resumable && positions.length > 0) return
    await writeJournal(this.#journal, this.identity, positions)
    this.positions = positions
  }

  /** Gives the output its name. */
  async complete(): Promise<void> {
    try {
      await rename(this.data, this.path)
      await syncDirectory(dirname(this.path))
      await rm(this.#journal, { force: true })
    } catch (error) {
      throw writeError(error, this.path)
    } finally {
      this.lock.release()
    }
  }

  /** Leaves the output unfinished; what one could not go on from is removed. Gives how many rows are left. */
  async leave(): Promise<number | null> {
    const kept = this.positions.at(-1)?.counts.rows ?? null
    if (kept === null) {
      for (const path of [this.data, `${this.data}-journal`, this.#journal]) {
        await rm(path, { force: true }).catch(() => undefined)
      }
    }
    this.lock.release()
    return kept
  }
}
