import type { Random } from '../core/random.js'

/** A number of Beta(alpha, alpha): G / (G + H) of two of the gamma distribution, by their logarithms, which never vanish. */
export function betaOf(alpha: number, random: Random): number {
  const difference = logGamma(alpha, random) - logGamma(alpha, random)
  return 1 / (1 + Math.exp(-difference))
}

/**
 * The logarithm of a number of Gamma(alpha, 1): Marsaglia and Tsang (2000) for alpha + 1, times U^(1 / alpha), which takes
 * it to alpha.
 */
function logGamma(alpha: number, random: Random): number {
  const d = alpha + 1 - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    const u = 1 - random.uniform()
    if (v > 0 && Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
      return Math.log(d * v) + Math.log(1 - random.uniform()) / alpha
    }
  }
}
