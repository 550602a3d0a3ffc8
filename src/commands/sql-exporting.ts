import { shownPath } from '../core/files.js'
import type { SqlExportConfig } from '../spec/types.gen.js'
import type { ExportResult } from '../sql/export.js'
import type { ExportOrigin, Recorded } from '../sql/record.js'
import type { Output } from './base.js'
import type { Context } from './context.js'
import { writeOut } from './output.js'

export interface ExportRequest extends ExportOrigin {
  readonly config: SqlExportConfig
  readonly resume: boolean
  readonly json: boolean
}

/** Exports the catalog, records it where it becomes a file, and says what came of it: on standard output, or on stderr where that carries the data. */
export async function runSqlExport(
  { config, resume, json, ...origin }: ExportRequest,
  context: Context,
): Promise<Output> {
  if (config.database.url === null) {
    context.log.info('This is the embedded sample; database.url=sqlite:PATH exports your own.')
  }
  const { exportCatalog } = await import('../sql/export.js')
  const work = () =>
    exportCatalog(config, {
      cwd: context.cwd,
      env: context.env,
      clock: context.clock,
      progress: context.progress,
      isWatched: process.stderr.isTTY,
      signal: context.signal,
      resume,
      stdout: json ? null : { write: writeOut, isTerminal: process.stdout.isTTY },
    })
  const isFile = config.output !== null && config.output !== '-'
  const { recordExport } = await import('../sql/record.js')
  const result = await (isFile ? recordExport(config, origin, context, work) : work())
  const text = summarize(result, context.cwd)
  if (result.output !== null || json) return { result, text }
  if (result.complete) context.log.info(text)
  return { result, text: '' }
}

/** What an export came to, for people. */
function summarize(result: ExportResult & Partial<Recorded>, cwd: string): string {
  const { products, output, seconds, bytes, sha256, resumed_rows: resumed } = result
  const gaps = [
    [result.products_without_image, 'without an image'],
    [result.products_without_description, 'without a description'],
    [result.products_with_several_images, 'with several images of index 0'],
  ] as const
  const shown = gaps.filter(([count]) => count > 0)
  const kinds = shown.map(([count, what]) => `${count} ${what}`).join(', ')
  const lines = [
    `${result.rows} rows of ${products} products${kinds === '' ? '' : ` (${kinds})`} in ${seconds.toFixed(1)} s`,
    ...(resumed > 0 ? [`${resumed} of the rows were there already`] : []),
    ...(output === null
      ? []
      : [`${shownPath(output, cwd)}: ${bytes ?? 0} bytes, SHA-256 ${sha256 ?? ''}`]),
    ...(result.run === undefined ? [] : [`recorded in ${shownPath(result.run, cwd)}`]),
  ]
  return lines.join('\n')
}
