import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Extensions } from '../config/extensions.js'
import type { Settings } from '../config/settings.js'
import { AppError } from '../core/errors.js'
import type { Log } from '../core/log.js'
import { createProgress, type Progress } from '../core/terminal.js'
import type { LoadedDataset } from '../modules/load.js'
import { listenForInterruption, type Interruption } from './interruption.js'
import type { Modules } from './modules.js'

/** What a command may use of the world around it. */
export interface Context {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  readonly progress: Progress
  readonly settings: Settings
  /** What `--config-name` and `--config-path` say; the directory is absolute. */
  readonly primary: { readonly name: string | undefined; readonly directory: string | undefined }
  /**
   * Aborted when the user asks to stop. Reading it is a promise to look at it between steps: a command that never
   * reads it is ended by the first signal.
   */
  readonly signal: AbortSignal
  /** What asked to stop, once `signal` has been read. */
  readonly interruption: Interruption | undefined
  /** The data sets of the project's modules, once they have been loaded. */
  readonly datasets: readonly LoadedDataset[]
  /** What these modules add to configs. */
  readonly extensions: Extensions | undefined
  /** Loads modules by their paths, beside those that are there. */
  addModules(paths: readonly string[]): Promise<void>
}

/** Gathers the context of one command; the directories of `--config-dir` go before those of the settings file. */
export async function openContext(
  log: Log,
  flags: {
    readonly quiet: boolean
    readonly 'config-dir'?: readonly string[] | undefined
    readonly 'config-name'?: string | undefined
    readonly 'config-path'?: string | undefined
  },
): Promise<Context> {
  const { loadSettings } = await import('../config/settings.js')
  const cwd = process.cwd()
  const settings = await loadSettings(cwd)
  const typed = (flags['config-dir'] ?? []).map((directory) =>
    configDirectory(cwd, directory, '--config-dir'),
  )
  const path = flags['config-path']
  const directory = path === undefined ? path : configDirectory(cwd, path, '--config-path')
  const fromSettings = directory === undefined ? settings.config_directories : []
  const progress = await createProgress({ quiet: flags.quiet })
  let interruption: Interruption | undefined
  let modules: Modules | undefined
  return {
    cwd,
    env: process.env,
    clock: () => Math.round(performance.timeOrigin + performance.now()),
    log,
    progress,
    settings: {
      ...settings,
      config_directories: [...typed, ...fromSettings],
      modules: directory === undefined ? settings.modules : [],
    },
    primary: { name: flags['config-name'], directory },
    get signal() {
      interruption ??= listenForInterruption(log)
      return interruption.signal
    },
    get interruption() {
      return interruption
    },
    get datasets() {
      return modules?.datasets ?? []
    },
    get extensions() {
      return modules?.extensions
    },
    async addModules(paths) {
      const { openModules } = await import('./modules.js')
      modules = await openModules(paths, cwd, modules?.datasets ?? [])
    },
  }
}

function configDirectory(cwd: string, directory: string, flag: string): string {
  const path = resolve(cwd, directory)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path
  throw new AppError('usage', `${flag} ${directory}: there is no such directory`)
}
