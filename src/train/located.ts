import { AppError } from '../core/errors.js'
import type { Fail } from '../spec/run-spec.js'

/** Gives an error from a layer that knows nothing of config files the place of the section it is about. */
export async function located<T>(
  fail: Fail,
  path: string,
  derive: () => T | Promise<T>,
): Promise<T> {
  try {
    return await derive()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, hint, suggestions, details } = error
    throw fail(path, message, { code, suggestions, details, ...(hint !== undefined && { hint }) })
  }
}
