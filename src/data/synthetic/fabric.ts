import type { Random } from '../../core/random.js'
import { between, chance } from './garment.js'
import { inverse, type Pose } from './pose.js'

const knots = 5

/**
 * Fills `out` (side * side) with the light a cloth throws back at each pixel, around 1: soft folds, and for some cloths
 * stripes or checks that lie with the garment.
 */
export function weave(random: Random, pose: Pose, side: number, out: Float32Array): void {
  const back = inverse(pose)
  const folds = Float32Array.from({ length: knots * knots }, () => between(random, -1, 1))
  const depth = between(random, 0.05, 0.3)
  const pattern = drawPattern(random)
  const across = new Float32Array(knots)
  for (let y = 0; y < side; y++) {
    blendRows(folds, y / side, across)
    for (let x = 0; x < side; x++) {
      const fold = depth * blend(across, x / side)
      const u = back.a * x + back.b * y + back.e
      const v = back.c * x + back.d * y + back.f
      const wave = pattern.strength === 0 ? 0 : patternAt(pattern, u, v)
      out[y * side + x] = 1 + fold + wave
    }
  }
}

interface Pattern {
  readonly strength: number
  /** Periods per garment unit across and down. */
  readonly across: number
  readonly down: number
  readonly checked: boolean
}

function drawPattern(random: Random): Pattern {
  if (chance(random, 0.65)) return { strength: 0, across: 0, down: 0, checked: false }
  const frequency = between(random, 1.2, 3.2)
  const upright = chance(random, 0.35)
  return {
    strength: between(random, 0.1, 0.4),
    across: upright ? frequency : between(random, -0.3, 0.3),
    down: upright ? between(random, -0.3, 0.3) : frequency,
    checked: chance(random, 0.3),
  }
}

function patternAt(pattern: Pattern, x: number, y: number): number {
  const first = triangle(pattern.across * x + pattern.down * y)
  if (!pattern.checked) return pattern.strength * first
  return 0.7 * pattern.strength * (first + triangle(pattern.down * x - pattern.across * y))
}

/** A wave of period 1 between -1 and 1. */
function triangle(t: number): number {
  return 4 * Math.abs(t - Math.floor(t) - 0.5) - 1
}

/** Interpolates the rows of knots at a height from 0 to 1. */
function blendRows(folds: Float32Array, height: number, out: Float32Array): void {
  const at = height * (knots - 1)
  const row = Math.floor(at)
  const share = at - row
  for (let column = 0; column < knots; column++) {
    const upper = folds[row * knots + column] as number
    const lower = folds[(row + 1) * knots + column] as number
    out[column] = upper + share * (lower - upper)
  }
}

function blend(values: Float32Array, place: number): number {
  const at = place * (knots - 1)
  const index = Math.floor(at)
  const left = values[index] as number
  return left + (at - index) * ((values[index + 1] as number) - left)
}
