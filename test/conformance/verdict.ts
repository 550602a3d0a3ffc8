import type { Engine } from '../../src/engine/compile.js'

/** What became of one expectation of a case file. */
export type Verdict =
  | { readonly state: 'agrees' }
  | {
      readonly state: 'disagrees'
      readonly id: string
      readonly expected: unknown
      readonly got: unknown
    }
  /** The product has nothing of this kind. */
  | { readonly state: 'not offered'; readonly kind: string }

export interface JudgeContext {
  /** The engine that computes; opened when it is first asked for. */
  readonly engine: () => Promise<Engine>
  /** Whether cases that take minutes on the engine are judged too. */
  readonly slow: boolean
}

/** Judges all cases of a file. */
export type Judge = (document: never, context: JudgeContext) => Verdict[] | Promise<Verdict[]>

export const agrees: Verdict = { state: 'agrees' }

export function notOffered(kind: string): Verdict {
  return { state: 'not offered', kind }
}

/** Agreement, or the first of several comparisons that fails. */
export function judge(id: string, comparisons: Iterable<Comparison>): Verdict {
  for (const { what, expected, got, tolerance } of comparisons) {
    if (!near(expected, got, tolerance)) {
      return { state: 'disagrees', id: what === undefined ? id : `${id}: ${what}`, expected, got }
    }
  }
  return agrees
}

export interface Comparison {
  readonly what?: string
  readonly expected: number | readonly number[]
  readonly got: number | readonly number[]
  /** Relative to the larger of 1 and the expected value. */
  readonly tolerance: number
}

function near(
  expected: Comparison['expected'],
  got: Comparison['got'],
  tolerance: number,
): boolean {
  const [left, right] = [[expected].flat(), [got].flat()]
  return (
    left.length === right.length &&
    left.every((value, index) => {
      const other = right[index] ?? Number.NEGATIVE_INFINITY
      // What is not finite has no distance: NaN stands for NaN, an infinity for itself.
      if (!Number.isFinite(value)) return Object.is(value, other)
      return Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(value))
    })
  )
}
