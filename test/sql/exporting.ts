import { tmpdir } from 'node:os'
import { composeRoot } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'
import type { SqlExportConfig } from '../../src/spec/types.gen.js'
import { exportCatalog, type ExportContext, type ExportResult } from '../../src/sql/export.js'

/** The config that `sql-export` composes from words. */
export function configOf(...words: string[]): SqlExportConfig {
  return composeRoot('sql-export', words, { cwd: tmpdir(), env: {}, settings: defaultSettings })
    .config
}

/** Exports, and gives the text that went to standard output besides the result. */
export async function exported(
  config: SqlExportConfig,
  cwd: string,
  options: Partial<ExportContext> = {},
): Promise<{ result: ExportResult; text: string }> {
  const pieces: Uint8Array[] = []
  const write = (bytes: Uint8Array): Promise<boolean> => {
    pieces.push(bytes)
    return Promise.resolve(true)
  }
  const result = await exportCatalog(config, {
    cwd,
    env: {},
    clock: () => performance.now(),
    progress: { start() {}, update() {}, stop() {} },
    isWatched: false,
    resume: false,
    stdout: { write, isTerminal: false },
    ...options,
  })
  return { result, text: Buffer.concat(pieces).toString('utf8') }
}
