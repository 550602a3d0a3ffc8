import { createHash } from 'node:crypto'
import xor128 from 'seedrandom/lib/xor128.js'

/**
 * A named stream of random numbers: SHA-256 of `seed/name` seeds xor128 (seedrandom). Every stream is a function of
 * its seed and name alone, so no generator state is ever saved, and nothing depends on the order of draws elsewhere.
 */
export class Random {
  #generator: xor128.prng | undefined
  #spare: number | undefined

  constructor(
    readonly seed: number,
    readonly name = '',
  ) {}

  /** The stream named `<this name>/<name>`, independent of how much has been drawn here. */
  fork(name: string): Random {
    return new Random(this.seed, this.name === '' ? name : `${this.name}/${name}`)
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return this.#source()()
  }

  /** A uniform integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.#source().double() * below)
  }

  /** Standard normal, by the polar method of Marsaglia and Bray (1964). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    const source = this.#source()
    for (;;) {
      const u = 2 * source.double() - 1
      const v = 2 * source.double() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s)
        this.#spare = v * scale
        return u * scale
      }
    }
  }

  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends Int32Array | unknown[]>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const item: unknown = items[i]
      items[i] = items[j]
      items[j] = item
    }
    return items
  }

  #source(): xor128.prng {
    this.#generator ??= xor128(
      createHash('sha256').update(`${this.seed}/${this.name}`).digest('hex'),
    )
    return this.#generator
  }
}
