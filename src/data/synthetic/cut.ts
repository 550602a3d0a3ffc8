import type { Random } from '../../core/random.js'
import { between, type Layer } from './garment.js'
import { curveTo, flipped, mirrored, type Points } from './outline.js'

/** The measures of anything that has shoulders; widths are half widths. */
export interface Cut {
  readonly top: number
  readonly bottom: number
  readonly neck: number
  readonly neckDepth: number
  readonly shoulder: number
  readonly chest: number
  readonly waist: number
  readonly hem: number
  readonly armhole: number
}

interface Sleeve {
  readonly length: number
  readonly width: number
  /** How far it leans away from the body: sine of the angle. */
  readonly spread: number
}

type Range = readonly [number, number]

/** Draws the measures of a top whose neck, chest and bottom lie in these ranges. */
export function drawCut(random: Random, range: { bottom: Range; chest: Range; neck: Range }): Cut {
  const chest = between(random, ...range.chest)
  return {
    top: -1,
    bottom: between(random, ...range.bottom),
    neck: between(random, ...range.neck),
    neckDepth: between(random, 0.04, 0.28),
    shoulder: chest * between(random, 0.88, 1.02),
    chest,
    waist: chest * between(random, 0.82, 1.02),
    hem: chest * between(random, 0.88, 1.12),
    armhole: between(random, 0.38, 0.55),
  }
}

/** Draws the measures of a sleeve whose length lies in this range. */
export function drawSleeve(random: Random, length: Range): Sleeve {
  return {
    length: between(random, ...length),
    width: between(random, 0.2, 0.34),
    spread: between(random, 0.12, 0.6),
  }
}

/** The part of a garment that covers the trunk. */
export function body(cut: Cut): Layer[] {
  const half: number[] = [0, cut.top + cut.neckDepth]
  curveTo(half, cut.neck, cut.top + cut.neckDepth, cut.neck, cut.top)
  half.push(cut.shoulder, cut.top + 0.12)
  curveTo(half, cut.shoulder * 0.92, cut.top + cut.armhole * 0.6, cut.chest, cut.top + cut.armhole)
  curveTo(half, cut.waist, (cut.top + cut.bottom) / 2 - 0.15, cut.hem, cut.bottom)
  half.push(0, cut.bottom + 0.03)
  return [{ points: mirrored(half), tone: 1 }]
}

/** Two sleeves of one kind that hang a little differently. */
export function sleeves(random: Random, cut: Cut, sleeve: Sleeve): Layer[] {
  const tone = between(random, 0.8, 1.05)
  const other = { ...sleeve, spread: sleeve.spread * between(random, 0.7, 1.3) }
  return [
    { points: sleevePoints(cut, sleeve), tone },
    { points: flipped(sleevePoints(cut, other)), tone },
  ]
}

function sleevePoints(cut: Cut, sleeve: Sleeve): Points {
  const across = sleeve.spread
  const down = Math.sqrt(1 - across * across)
  const [x, y] = [cut.shoulder, cut.top + 0.12]
  const [endX, endY] = [x + across * sleeve.length, y + down * sleeve.length]
  const points = [x - 0.1, y - 0.03, x, y]
  curveTo(
    points,
    x + 0.12 * down + across * sleeve.length * 0.4,
    y + down * sleeve.length * 0.4,
    endX,
    endY,
  )
  points.push(endX - down * sleeve.width, endY + across * sleeve.width)
  points.push(cut.chest - 0.02, cut.top + cut.armhole)
  return points
}

/** A stripe across the body between two heights. */
export function band(cut: Cut, top: number, bottom: number): Points {
  const [upper, lower] = [widthAt(cut, top), widthAt(cut, bottom)]
  return [-upper, top, upper, top, lower, bottom, -lower, bottom]
}

function widthAt(cut: Cut, y: number): number {
  const start = cut.top + cut.armhole
  const t = Math.min(1, Math.max(0, (y - start) / (cut.bottom - start)))
  return (1 - t) * (1 - t) * cut.chest + 2 * t * (1 - t) * cut.waist + t * t * cut.hem
}
