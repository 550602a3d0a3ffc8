import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A tensor of the fixture files; see their README for the encoding. */
export interface FixtureTensor {
  readonly shape: number[]
  readonly data: number[]
}

/** Skips the suite aloud when ATELIER_FIXTURES does not point to the shared fixtures. */
export function requireFixtures(suite: Mocha.Suite): void {
  suite.beforeAll('needs ATELIER_FIXTURES', function () {
    if (process.env['ATELIER_FIXTURES'] === undefined) this.skip()
  })
}

export function readFixture(path: string): unknown {
  const root = process.env['ATELIER_FIXTURES']
  if (root === undefined) throw new Error('ATELIER_FIXTURES is not set')
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as unknown
}

/** The largest |a - b| / max(1, |b|) of two equally long sequences. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!]
    const error = Math.abs(a - b) / Math.max(1, Math.abs(b))
    if (!(error <= worst)) worst = error
  }
  return worst
}
