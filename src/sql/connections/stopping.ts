import { AppError } from '../../core/errors.js'

/** What a query throws that an aborted signal stopped. */
export function stopped(): AppError {
  return new AppError('interrupted', 'The query was stopped')
}

/** Whether a signal was aborted by now; a function, because that changes between two looks. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}
