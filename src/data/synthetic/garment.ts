import type { Random } from '../../core/random.js'
import type { Points } from './outline.js'

/** A shape of a garment; later ones lie on top. */
export interface Layer {
  readonly points: Points
  /** Light relative to the garment's own tone; 0 is a hole. */
  readonly tone: number
}

/** Draws one garment of a class, in garment units, from a stream of its own. */
export type Garment = (random: Random) => Layer[]

/** A uniform number between two bounds. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform()
}

/** True with this probability. */
export function chance(random: Random, probability: number): boolean {
  return random.uniform() < probability
}
