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
  const step = (knots - 1) / side
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const across = back.a * x + back.b * y + back.e
      const down = back.c * x + back.d * y + back.f
      const wave = pattern.strength === 0 ? 0 : patternAt(pattern, across, down)
      out[y * side + x] = 1 + depth * smooth(folds, x * step, y * step) + wave
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

/** Bilinear interpolation of the knots. */
function smooth(values: Float32Array, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const [s, t] = [x - column, y - row]
  const at = row * knots + column
  const upper = (values[at] as number) * (1 - s) + (values[at + 1] as number) * s
  const lower = (values[at + knots] as number) * (1 - s) + (values[at + knots + 1] as number) * s
  return upper * (1 - t) + lower * t
}
