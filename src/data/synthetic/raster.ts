import type { Points } from './outline.js'
import type { Pose } from './pose.js'

/** A square grey image under construction, with room for one shape's coverage. */
export interface Canvas {
  readonly side: number
  /** Light of each pixel, 0 to 1. */
  readonly light: Float32Array
  /** Share of each pixel that the last shape covers. */
  readonly cover: Float32Array
  /** Change of coverage from each pixel to the next; one column wider than the image. */
  readonly steps: Float32Array
}

/** Rows of pixels that a shape may touch: `top` inclusive, `bottom` exclusive. */
export interface Rows {
  readonly top: number
  readonly bottom: number
}

const margin = 1

/** A black canvas. */
export function createCanvas(side: number): Canvas {
  const area = side * side
  return {
    side,
    light: new Float32Array(area),
    cover: new Float32Array(area),
    steps: new Float32Array(side * (side + margin)),
  }
}

/**
 * Computes the exact share of each pixel inside a closed outline, by summing along each row what every edge adds to its
 * right (as the font rasterizer of Raph Levien's font-rs does). The coverage is valid in the returned rows.
 */
export function coverShape(canvas: Canvas, points: Points, pose: Pose): Rows {
  const { side, steps } = canvas
  let least = side
  let greatest = 0
  let x0 = columnOf(pose, points, points.length - 2)
  let y0 = rowOf(pose, points, points.length - 2)
  for (let i = 0; i < points.length; i += 2) {
    const x1 = columnOf(pose, points, i)
    const y1 = rowOf(pose, points, i)
    if (y1 < least) least = y1
    if (y1 > greatest) greatest = y1
    if (y0 < y1) addEdge(steps, side, x0, y0, x1, y1, 1)
    else if (y1 < y0) addEdge(steps, side, x1, y1, x0, y0, -1)
    x0 = x1
    y0 = y1
  }
  const rows = { top: Math.max(0, Math.floor(least)), bottom: Math.min(side, Math.ceil(greatest)) }
  sumRows(canvas, rows)
  return rows
}

function columnOf(pose: Pose, points: Points, i: number): number {
  return pose.a * (points[i] as number) + pose.b * (points[i + 1] as number) + pose.e
}

function rowOf(pose: Pose, points: Points, i: number): number {
  return pose.c * (points[i] as number) + pose.d * (points[i + 1] as number) + pose.f
}

/** Adds an edge that runs downwards, row by row; what lies left or right of the image counts at its border. */
function addEdge(
  steps: Float32Array,
  side: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  direction: number,
): void {
  const slope = (x1 - x0) / (y1 - y0)
  const first = Math.max(0, Math.floor(y0))
  const last = Math.min(side, Math.ceil(y1))
  for (let row = first; row < last; row++) {
    const top = y0 > row ? y0 : row
    const bottom = y1 < row + 1 ? y1 : row + 1
    const from = clamp(x0 + (top - y0) * slope, side)
    const to = clamp(x0 + (bottom - y0) * slope, side)
    const left = from < to ? from : to
    const right = from < to ? to : from
    addPiece(steps, row * (side + margin), left, right, direction * (bottom - top))
  }
}

/**
 * Adds a piece of an edge within one row: from `left` to `right` the height to the right of the edge grows linearly from
 * 0 to `height`, and a pixel's share is the integral of that over its width.
 */
function addPiece(
  steps: Float32Array,
  start: number,
  left: number,
  right: number,
  height: number,
): void {
  let column = Math.floor(left)
  let before = 0
  let share = 0
  while (column < right) {
    const end = column + 1
    const integral =
      end < right
        ? (height * (end - left) * (end - left)) / (2 * (right - left))
        : height * (end - (left + right) / 2)
    const next = integral - before
    steps[start + column] = (steps[start + column] as number) + next - share
    before = integral
    share = next
    column = end
  }
  steps[start + column] = (steps[start + column] as number) + height - share
}

/** Sums the steps of each row to coverage, and leaves them 0 for the next shape. */
function sumRows(canvas: Canvas, rows: Rows): void {
  const { side, cover, steps } = canvas
  for (let row = rows.top; row < rows.bottom; row++) {
    const start = row * (side + margin)
    let sum = 0
    for (let x = 0; x < side; x++) {
      sum += steps[start + x] as number
      const share = sum < 0 ? -sum : sum
      cover[row * side + x] = share < 1e-4 ? 0 : share > 1 ? 1 : share
    }
    steps.fill(0, start, start + side + margin)
  }
}

function clamp(x: number, side: number): number {
  return x < 0 ? 0 : x > side ? side : x
}
