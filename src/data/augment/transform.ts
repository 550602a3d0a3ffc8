import type { Random } from '../../core/random.js'

/** Height, width, channels. */
export type ImageShape = readonly [number, number, number]

/** An image that transforms change in place: uint8, row by row, channels innermost. */
export interface Picture {
  readonly shape: ImageShape
  readonly pixels: Uint8Array
  /** Room for one more image of the shape; its content means nothing. */
  readonly scratch: Uint8Array
}

/** A random change of an image; it draws from `random` alone, so the same stream gives the same image. */
export type Transform<Config> = (picture: Picture, config: Config, random: Random) => void

/** Uniform in [low, high). */
export function between(random: Random, [low, high]: readonly [number, number]): number {
  return low + (high - low) * random.uniform()
}

/** A whole number from low to high, both included. */
export function integerBetween(random: Random, [low, high]: readonly [number, number]): number {
  return low + random.integer(high - low + 1)
}
