import { AppError, type ErrorCode } from '../core/errors.js'

/** An error as plain data, since a message between threads takes everything from an error that is its own. */
export interface PackedError {
  /** null: a defect. */
  readonly code: ErrorCode | null
  readonly message: string
  readonly hint: string | undefined
  readonly stack: string | undefined
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) {
    return { code: null, message: String(error), hint: undefined, stack: undefined }
  }
  const { message, stack } = error
  if (error instanceof AppError) return { code: error.code, message, hint: error.hint, stack }
  return { code: null, message, hint: undefined, stack }
}

/** The error again, with the stack that it had in its thread. */
export function unpackError({ code, message, hint, stack }: PackedError): Error {
  const error =
    code === null
      ? new Error(message)
      : new AppError(code, message, hint === undefined ? {} : { hint })
  if (stack !== undefined) error.stack = stack
  return error
}
