import { realpath } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, resolve } from 'node:path'
import { AppError, systemCode } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import type { Progress } from '../../core/terminal.js'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { Clock } from '../../store/records.js'
import { findTrainings } from '../../store/references.js'
import { openForWriting, type DatabaseContext, type WritableDatabase } from '../databases.js'
import type { StoredRows } from './cells.js'
import { openTables } from './open-tables.js'
import { readRun } from './read-run.js'
import { findSweeps, readSweep } from './read-sweep.js'
import { mirror, type MirrorCounts } from './mirror.js'
import { runTables, sweepTables } from './tables.js'

export interface RunsContext extends DatabaseContext {
  readonly clock: Clock
  readonly log: Log
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What became of the run store in the database. */
export interface RunsExport {
  readonly database: string
  /** Host and directory: a database may hold the runs of many. */
  readonly store: string
  readonly runs: MirrorCounts
  readonly sweeps: MirrorCounts
  /** The rows that were written. */
  readonly rows: number
}

/**
 * Makes the tables of a database hold what lies under the run root: new and changed runs and sweeps are written, those
 * that are gone from this store are removed, all in one transaction. Nothing changes if nothing did. A damaged run is
 * left as the database has it, with a warning. Throws the `database_…` codes, `record_too_new` and `interrupted`.
 */
export async function exportRuns(
  config: SqlExportConfig,
  context: RunsContext,
): Promise<RunsExport> {
  const root = await placeOf(resolve(context.cwd, config.run.root))
  const store = `${hostname()}:${root}`
  if (config.database.url === null) {
    throw new AppError('config_missing', 'source=runs needs a database to write to', {
      hint: 'For example: database=sqlite database.url=sqlite:runs.db',
    })
  }
  const database = await openForWriting(config.database, context)
  try {
    return await write(database, root, store, context)
  } finally {
    context.progress.stop()
    await database.close()
  }
}

async function write(
  database: WritableDatabase,
  root: string,
  store: string,
  context: RunsContext,
): Promise<RunsExport> {
  const runs = await findTrainings(root)
  const sweeps = await findSweeps(root)
  return openTables(database, async () => {
    const side = { database, store, ...context }
    const ofRuns = await mirror(side, {
      what: 'runs',
      tables: Object.values(runTables),
      places: unique(runs, context.log),
      read: async (path) => inOrder(runTables, await readRun(path, store, context.clock)),
    })
    const ofSweeps = await mirror(side, {
      what: 'sweeps',
      tables: Object.values(sweepTables),
      places: unique(sweeps, context.log),
      read: async (path) => inOrder(sweepTables, await readSweep(path, store)),
    })
    return {
      ...{ database: database.name, store },
      ...{ runs: ofRuns.counts, sweeps: ofSweeps.counts, rows: ofRuns.rows + ofSweeps.rows },
    }
  })
}

/** By id; a copy of a run under another experiment cannot be told from it. */
function unique(paths: readonly string[], log: Log): ReadonlyMap<string, string> {
  const places = new Map<string, string>()
  for (const path of paths) {
    const id = basename(path)
    if (!places.has(id)) places.set(id, path)
    else log.warn(`${path} is left out: ${places.get(id) ?? ''} has the same id`)
  }
  return places
}

function inOrder<Name extends string>(
  tables: Readonly<Record<Name, unknown>>,
  rows: StoredRows<Name>,
) {
  return (Object.keys(tables) as Name[]).map((name) => rows[name])
}

/** Links followed, so that one store has one name. A root that is not there would otherwise empty the database. */
async function placeOf(root: string): Promise<string> {
  try {
    return await realpath(root)
  } catch (error) {
    throw new AppError('run_not_found', `There is no run root ${root} (${systemCode(error)})`, {
      hint: 'run.root=DIR names the directory of the runs.',
      cause: error,
    })
  }
}
