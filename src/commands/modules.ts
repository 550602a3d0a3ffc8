import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Extensions } from '../config/extensions.js'
import { AppError } from '../core/errors.js'
import { readJson } from '../core/files.js'
import type { LoadedDataset } from '../modules/load.js'
import type { Context } from './context.js'

/** What the user's modules define, loaded. */
export interface Modules {
  readonly datasets: readonly LoadedDataset[]
  readonly extensions: Extensions
}

/** Loads modules beside those that are there already; of a name that is taken, the one that is there counts. */
export async function openModules(
  paths: readonly string[],
  cwd: string,
  present: readonly LoadedDataset[],
): Promise<Modules> {
  const { createExtensions } = await import('../config/extensions.js')
  const { loadModules } = await import('../modules/load.js')
  const taken = new Set(present.map(({ name }) => name))
  const more = (await loadModules(paths, cwd)).filter(({ name }) => !taken.has(name))
  const datasets = [...present, ...more]
  return { datasets, extensions: createExtensions(datasets) }
}

interface Recorded {
  readonly modules?: readonly { readonly name: string; readonly path: string }[]
}

/**
 * Loads the modules that a run's `spec.lock.json` names, where the settings do not name others for the same data sets; one
 * that is gone is `data_missing`.
 */
export async function openRecordedModules(run: string, context: Context): Promise<void> {
  const lock = (await readJson(join(run, 'spec.lock.json'))) as Recorded | undefined
  const known = new Set<string>(context.datasets.map(({ name }) => name))
  const wanted = (lock?.modules ?? []).filter(({ name }) => !known.has(name))
  const gone = wanted.find(({ path }) => !existsSync(path))
  if (gone !== undefined) {
    throw new AppError(
      'data_missing',
      `The module ${gone.path} is not there, which defined '${gone.name}' for this run`,
      { hint: 'Bring it back, or name the module that defines it in the settings.' },
    )
  }
  if (wanted.length > 0) await context.addModules(wanted.map(({ path }) => path))
}
