import { AppError, systemCode } from '../core/errors.js'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  ELOOP: 'it is a link that leads nowhere',
}

/** A file or directory that the operating system does not let us read, as `data_missing`; other errors come back. */
export function unreadable(path: string, error: unknown, hint?: string): unknown {
  const code = systemCode(error)
  if (error instanceof AppError || code === '') return error
  return new AppError('data_missing', `Cannot read ${path}: ${reasons[code] ?? code}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  })
}
