import { AppError } from '../core/errors.js'

/** Two keys of a data section that only make sense together: both values, or null where neither is set. */
export function pairOf<Value>(
  keys: Readonly<Record<string, Value | null>>,
): readonly [Value, Value] | null {
  const entries = Object.entries(keys)
  const unset = entries.filter(([, value]) => value === null).map(([key]) => key)
  if (unset.length === entries.length) return null
  if (unset.length === 0) return Object.values(keys) as unknown as [Value, Value]
  const set = entries.filter(([, value]) => value !== null).map(([key]) => key)
  throw new AppError(
    'config_conflict',
    `data.${set.join()} is set, but data.${unset.join()} is not`,
    {
      hint: 'Set both, or neither.',
    },
  )
}
