import { join } from 'node:path'
import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { writeFileAtomic, writeJson } from '../../core/files.js'
import { textWidth } from './font.js'
import { rasterize } from './rasterize.js'

declare module 'vega' {
  /** Vega measures text through this object when there is no canvas; its published types leave it out. */
  export const textMetrics: {
    width: (item: TextItem, text: string | number | null | undefined) => number
  }

  interface TextItem {
    readonly fontSize?: number
    readonly fontWeight?: string | number
    readonly limit?: number
  }
}

/** A picture in three forms: the Vega-Lite spec with its data, the vector image, and the pixels of that at twice its size. */
export interface Figure {
  readonly spec: TopLevelSpec
  readonly svg: string
  readonly png: Uint8Array
}

/** Draws a Vega-Lite spec; equal specs give equal bytes. */
export async function renderFigure(spec: TopLevelSpec): Promise<Figure> {
  vega.textMetrics.width = measureText
  const svg = await inTurn(() => renderSvg(spec))
  return { spec, svg, png: rasterize(svg) }
}

/** Writes `<name>.svg`, `<name>.png` and `<name>.vl.json`, each whole or not at all; returns their paths. */
export async function writeFigure(
  directory: string,
  name: string,
  figure: Figure,
): Promise<string[]> {
  const path = (ending: string) => join(directory, `${name}.${ending}`)
  await writeFileAtomic(path('svg'), figure.svg)
  await writeFileAtomic(path('png'), figure.png)
  await writeJson(path('vl.json'), figure.spec)
  return [path('svg'), path('png'), path('vl.json')]
}

let lastTurn: Promise<unknown> = Promise.resolve()

/** Vega numbers gradients and clips by counters of the module, so that only one picture may be in the making. */
function inTurn<T>(task: () => Promise<T>): Promise<T> {
  const turn = lastTurn.then(task)
  lastTurn = turn.catch(() => undefined)
  return turn
}

async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' })
  try {
    vega.resetSVGDefIds()
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

function measureText(item: vega.TextItem, text: string | number | null | undefined): number {
  const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600
  const size = item.fontSize ?? 11
  const width = textWidth(String(text ?? '').trim(), size, bold ? 'bold' : 'regular')
  return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width
}
