import type { Points } from './outline.js'
import type { Pose } from './pose.js'

/** A square grey image under construction, with room for one shape's coverage. */
export interface Canvas {
  readonly side: number
  /** Light of each pixel, 0 to 1. */
  readonly light: Float32Array
  /** Share of each pixel that the last shape covers. */
  readonly cover: Float32Array
}

/** Rows of pixels that a shape may touch: `top` inclusive, `bottom` exclusive. */
export interface Rows {
  readonly top: number
  readonly bottom: number
}

export function createCanvas(side: number): Canvas {
  return { side, light: new Float32Array(side * side), cover: new Float32Array(side * side) }
}

const linesPerRow = 4
const most = 512
const corners = new Float64Array(2 * most)
const crossings = new Float64Array(most)
const directions = new Int8Array(most)

/**
 * Computes which share of each pixel lies inside a closed outline (non-zero winding): four lines a row, exact along
 * each line. The coverage is valid in the returned rows.
 */
export function coverShape(canvas: Canvas, points: Points, pose: Pose): Rows {
  const { side, cover } = canvas
  const count = points.length / 2
  let [least, greatest] = [Infinity, -Infinity]
  for (let i = 0; i < count; i++) {
    const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number]
    const row = pose.c * x + pose.d * y + pose.f
    corners[2 * i] = pose.a * x + pose.b * y + pose.e
    corners[2 * i + 1] = row
    if (row < least) least = row
    if (row > greatest) greatest = row
  }
  const top = Math.max(0, Math.floor(least))
  const bottom = Math.min(side, Math.ceil(greatest))
  if (bottom <= top) return { top: 0, bottom: 0 }
  cover.fill(0, top * side, bottom * side)
  for (let line = top * linesPerRow; line < bottom * linesPerRow; line++) {
    const found = cross(count, (line + 0.5) / linesPerRow)
    if (found > 0) addSpans(cover, Math.floor(line / linesPerRow) * side, side, found)
  }
  return { top, bottom }
}

/** Collects where the outline crosses a height, from left to right. */
function cross(count: number, y: number): number {
  let found = 0
  let x0 = corners[2 * count - 2] as number
  let y0 = corners[2 * count - 1] as number
  for (let i = 0; i < count; i++) {
    const x1 = corners[2 * i] as number
    const y1 = corners[2 * i + 1] as number
    if (y0 <= y !== y1 <= y) {
      const x = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)
      let place = found++
      while (place > 0 && (crossings[place - 1] as number) > x) {
        crossings[place] = crossings[place - 1] as number
        directions[place] = directions[place - 1] as number
        place--
      }
      crossings[place] = x
      directions[place] = y1 > y0 ? 1 : -1
    }
    x0 = x1
    y0 = y1
  }
  return found
}

function addSpans(cover: Float32Array, row: number, side: number, found: number): void {
  let winding = 0
  for (let i = 0; i + 1 < found; i++) {
    winding += directions[i] as number
    if (winding === 0) continue
    const from = Math.max(0, crossings[i] as number)
    const to = Math.min(side, crossings[i + 1] as number)
    if (to > from) addSpan(cover, row, from, to)
  }
}

function addSpan(cover: Float32Array, row: number, from: number, to: number): void {
  const [first, last] = [Math.floor(from), Math.ceil(to) - 1]
  for (let x = first; x <= last; x++) {
    const share = Math.min(to, x + 1) - Math.max(from, x)
    cover[row + x] = (cover[row + x] as number) + share / linesPerRow
  }
}
