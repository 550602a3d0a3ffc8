import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import { currentDirectory } from '../core/files.js'
import { nearest } from '../core/table.js'
import { commandOf } from './run-command.js'

/** A model on disk: its directory with `model.json`, and the run it belongs to, if any. */
export interface CheckpointPlace {
  readonly directory: string
  readonly run: string | null
  readonly name: string
}

/** The directories of all runs under a root, oldest first, by the time their `spec.json` was written. */
export async function findRuns(root: string): Promise<string[]> {
  const runs: { path: string; made: number }[] = []
  for (const experiment of await subdirectories(resolve(root))) {
    for (const path of await subdirectories(experiment)) {
      const made = await modified(join(path, 'spec.json'))
      if (made !== undefined) runs.push({ path, made })
    }
  }
  return runs.sort((a, b) => a.made - b.made || (a.path < b.path ? -1 : 1)).map(({ path }) => path)
}

/** The directories of the runs that `train` made, oldest first; `findRuns` lists recorded exports too. */
export async function findTrainings(root: string): Promise<string[]> {
  const trainings: string[] = []
  for (const run of await findRuns(root)) {
    if ((await commandOf(run)) === 'train') trainings.push(run)
  }
  return trainings
}

/**
 * Finds the one run that a reference means: a full id, a unique prefix, `latest`, or a run directory. `find` says among
 * which runs, so that `latest` means the last training even if an export was recorded since.
 */
export async function resolveRun(
  reference: string,
  root: string,
  find: (root: string) => Promise<string[]> = findTrainings,
): Promise<string> {
  const path = resolve(reference)
  if (await exists(join(path, 'spec.json'))) return path
  const runs = await find(root)
  const last = runs.at(-1)
  if (reference === 'latest' && last !== undefined) return last
  const exact = runs.find((run) => basename(run) === reference)
  if (exact !== undefined) return exact
  const matches = runs.filter((run) => basename(run).startsWith(reference))
  if (matches.length === 1 && matches[0] !== undefined) return matches[0]
  if (matches.length > 1) {
    throw new AppError('run_ambiguous', `'${reference}' matches ${matches.length} runs`, {
      suggestions: matches.map((run) => basename(run)).slice(-10),
      hint: 'Give more of the id.',
    })
  }
  throw notFound(reference, root, runs)
}

/** Finds the model that `checkpoint=` names: a run reference or a model.json path, with `:best` or `:last` behind it. */
export async function resolveCheckpoint(text: string, root: string): Promise<CheckpointPlace> {
  const suffix = /:(best|last|step-\d+)$/.exec(text)
  const name = suffix?.[1]
  const reference = suffix === null ? text : text.slice(0, suffix.index)
  const file =
    basename(reference) === 'model.json' ? dirname(resolve(reference)) : resolve(reference)
  if (await exists(join(file, 'model.json'))) {
    const run = dirname(dirname(file))
    return {
      directory: file,
      run: (await exists(join(run, 'spec.json'))) ? run : null,
      name: basename(file),
    }
  }
  const run = await resolveRun(reference, root)
  return checkpointOf(run, name)
}

/** The checkpoint of a run: the named one, or by default the best if there is one, else the last. */
export async function checkpointOf(
  run: string,
  name: string | undefined,
): Promise<CheckpointPlace> {
  for (const candidate of name === undefined ? ['best', 'last'] : [name]) {
    const directory = await currentDirectory(join(run, 'checkpoints', candidate))
    if (await exists(join(directory, 'model.json'))) return { directory, run, name: candidate }
  }
  throw new AppError(
    'run_not_found',
    `Run ${basename(run)} has no ${name === undefined ? '' : `'${name}' `}checkpoint`,
    {
      suggestions: (await subdirectories(join(run, 'checkpoints'))).map((path) => basename(path)),
      hint: 'A run has checkpoints from the end of its first epoch on.',
    },
  )
}

function notFound(reference: string, root: string, runs: readonly string[]): AppError {
  const ids = runs.map((run) => basename(run))
  return new AppError('run_not_found', `No run '${reference}' under ${root}`, {
    suggestions: nearest(reference, ids),
    hint:
      ids.length === 0
        ? `There are no runs under ${root} yet; 'atelier train' makes one, run.root=DIR looks elsewhere.`
        : "'atelier runs list' shows all runs.",
  })
}

async function subdirectories(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => join(path, entry.name))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return []
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return (await modified(path)) !== undefined
}

async function modified(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return undefined
    throw error
  }
}
