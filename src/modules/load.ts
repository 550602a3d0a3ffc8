import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError, systemCode, type Location } from '../core/errors.js'
import { shownPath } from '../core/files.js'
import { checkDefinitions } from './check-definition.js'
import type { DatasetDefinition } from './define.js'
import { ownPlace } from './own-place.js'
import { sourceFiles, type SourceFiles } from './source-files.js'

/** A module on disk as it was when it was loaded. */
export interface ModuleFacts extends SourceFiles {
  /** Absolute. */
  readonly path: string
}

/** A data set that a module defines. */
export interface LoadedDataset {
  /** What `data.name` says: `custom/<name>`. */
  readonly name: `custom/${string}`
  readonly definition: DatasetDefinition
  readonly module: ModuleFacts
  /** The module's path as messages show it. */
  readonly shown: string
}

/**
 * Loads the data sets of modules by their absolute paths, in order. A module that is not there, fails, or exports something
 * else is `module_invalid`, and so are two data sets of one name.
 */
export async function loadModules(paths: readonly string[], cwd: string): Promise<LoadedDataset[]> {
  const loaded: LoadedDataset[] = []
  for (const path of new Set(paths)) loaded.push(...(await loadModule(path, shownPath(path, cwd))))
  for (const [index, { name, shown }] of loaded.entries()) {
    const first = loaded.findIndex((other) => other.name === name)
    if (first === index) continue
    throw new AppError(
      'module_invalid',
      `${shown} defines the data set '${name}', which ${(loaded[first] as LoadedDataset).shown} defines already`,
    )
  }
  return loaded
}

async function loadModule(path: string, shown: string): Promise<LoadedDataset[]> {
  const source = await readSource(path, shown)
  const exported = await importModule(path, shown, source)
  return checkDefinitions(exported, shown).map((definition) => ({
    name: `custom/${definition.name}`,
    definition,
    module: { path, ...source },
    shown,
  }))
}

async function readSource(path: string, shown: string): Promise<SourceFiles> {
  try {
    return await sourceFiles(path)
  } catch (error) {
    if (systemCode(error) === '') throw error
    throw new AppError('module_invalid', `Cannot read the module ${shown} (${systemCode(error)})`, {
      hint: 'It is named in the settings under modules, relative to the settings file.',
      cause: error,
    })
  }
}

async function importModule(path: string, shown: string, { files }: SourceFiles): Promise<unknown> {
  try {
    const imported = await settled(() => import(pathToFileURL(path).href) as Promise<unknown>)
    return (imported as { readonly default?: unknown }).default
  } catch (error) {
    throw new AppError(
      'module_invalid',
      `The module ${shown} cannot be loaded: ${messageOf(error)}`,
      {
        ...(error instanceof SyntaxError
          ? located(await checkSyntax(files.map((file) => resolve(dirname(path), file.path))))
          : located(error)),
        cause: error,
      },
    )
  }
}

/** What Node says of the first of some files that it cannot parse: the error itself does not know its place. */
async function checkSyntax(files: readonly string[]): Promise<unknown> {
  const { execFile } = await import('node:child_process')
  for (const file of files) {
    const said = await new Promise<string>((done) => {
      execFile(process.execPath, ['--check', file], (_, __, stderr) => done(stderr))
    })
    if (said !== '') return Object.assign(new SyntaxError(file), { stack: said })
  }
  return undefined
}

/** Runs a function of a data set; what it throws is the user's error, told with its place in the user's files. */
export async function runOwn<Value>(
  { shown, name }: LoadedDataset,
  what: 'open' | 'places',
  run: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await settled(run)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'module_failed',
      `${shown}: ${what} of the data set '${name}' failed: ${messageOf(error)}`,
      { ...located(error), cause: error },
    )
  }
}

/** What a function gives; where it waits for nothing that could still happen, Node would end without a word. */
async function settled<Value>(run: () => Value | Promise<Value>): Promise<Value> {
  let stuck = () => {}
  const never = new Promise<never>((_, reject) => {
    stuck = () => reject(new Error('it waits for a promise that nothing keeps any more'))
  })
  process.once('beforeExit', stuck)
  try {
    return await Promise.race([run(), never])
  } finally {
    process.off('beforeExit', stuck)
  }
}

function located(error: unknown): { location?: Location } {
  const location = ownPlace(error)
  return location === undefined ? {} : { location }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
