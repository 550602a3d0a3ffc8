/** A closed outline or an open line: x and y alternating, in garment units (-1 to 1, y down). */
export type Points = readonly number[]

const curveSteps = 5

/** Appends a quadratic Bezier curve from the last point through the pull of (cx, cy) to (x, y). */
export function curveTo(points: number[], cx: number, cy: number, x: number, y: number): void {
  const x0 = points[points.length - 2] as number
  const y0 = points[points.length - 1] as number
  for (let step = 1; step <= curveSteps; step++) {
    const t = step / curveSteps
    const p = (1 - t) * (1 - t)
    const q = 2 * t * (1 - t)
    const r = t * t
    points.push(p * x0 + q * cx + r * x, p * y0 + q * cy + r * y)
  }
}

/** Completes the right half of a symmetric outline by its mirror image. */
export function mirrored(half: Points): Points {
  const points = [...half]
  for (let i = half.length - 2; i >= 0; i -= 2) {
    points.push(-(half[i] as number), half[i + 1] as number)
  }
  return points
}

/** The mirror image of a whole outline. */
export function flipped(points: Points): Points {
  return points.map((value, i) => (i % 2 === 0 ? -value : value))
}

/** An axis-parallel rectangle. */
export function box(left: number, top: number, right: number, bottom: number): Points {
  return [left, top, right, top, right, bottom, left, bottom]
}

/** A polygon close to an ellipse. */
export function oval(x: number, y: number, width: number, height: number): Points {
  const points: number[] = []
  for (const [cx, cy] of octagon) points.push(x + cx * width, y + cy * height)
  return points
}

const diagonal = 0.7071
const octagon = [
  [1, 0],
  [diagonal, diagonal],
  [0, 1],
  [-diagonal, diagonal],
  [-1, 0],
  [-diagonal, -diagonal],
  [0, -1],
  [diagonal, -diagonal],
] as const

/** The outline of a line drawn with a broad pen. */
export function ribbon(line: Points, width: number): Points {
  const count = line.length / 2
  const left: number[] = []
  const right: number[] = []
  for (let i = 0; i < count; i++) {
    const [before, after] = [Math.max(0, i - 1), Math.min(count - 1, i + 1)]
    const dx = (line[2 * after] as number) - (line[2 * before] as number)
    const dy = (line[2 * after + 1] as number) - (line[2 * before + 1] as number)
    const scale = width / 2 / Math.sqrt(dx * dx + dy * dy + 1e-9)
    const [x, y] = [line[2 * i] as number, line[2 * i + 1] as number]
    left.push(x - dy * scale, y + dx * scale)
    right.unshift(x + dy * scale, y - dx * scale)
  }
  return [...left, ...right]
}
