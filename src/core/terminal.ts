import type { SingleBar } from 'cli-progress'

/** A task of known length that is shown while it lasts. */
export interface Progress {
  start(label: string, total: number): void
  update(done: number, fields: string): void
  stop(): void
}

/** A bar on stderr with rate and remaining time; nothing at all when stderr is not a terminal or `quiet` is set. */
export async function createProgress(options: { quiet: boolean }): Promise<Progress> {
  if (options.quiet || !process.stderr.isTTY) return silent
  const { default: progress } = await import('cli-progress')
  let bar: SingleBar | undefined
  return {
    start(label, total) {
      bar?.stop()
      bar = new progress.SingleBar({
        format: `${label} {bar} {value}/{total} {fields} eta {eta_formatted}`,
        stream: process.stderr,
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
      })
      bar.start(total, 0, { fields: '' })
    },
    update(done, fields) {
      bar?.update(done, { fields })
    },
    stop() {
      bar?.stop()
      bar = undefined
    },
  }
}

const silent: Progress = { start() {}, update() {}, stop() {} }

/** A table of plain aligned columns, one row a line, so that it can be searched and cut; numbers align right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const texts = [
    header,
    ...rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell)))),
  ]
  const widths = header.map((_, column) =>
    Math.max(...texts.map((row) => row[column]?.length ?? 0)),
  )
  const numeric = header.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || row[column] === null),
  )
  return texts
    .map((row) =>
      row
        .map((cell, column) =>
          numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
