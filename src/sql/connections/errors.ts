import { AppError, systemCode, type ErrorCode } from '../../core/errors.js'

/** What a failure means to the user; `text` follows the name of the database, `null` stands for the database's own words. */
export interface Meaning {
  readonly code: ErrorCode
  readonly text: string | null
  readonly hint?: string
}

/** Meanings by the code that a driver gives an error. */
export type Meanings = Readonly<Record<string, Meaning>>

const unreachable = (text: string): Meaning => ({
  code: 'database_unreachable',
  text,
  hint: 'Check host and port in database.url, and that the server runs and is not behind a firewall.',
})

export const gone: Meaning = {
  code: 'database_unreachable',
  text: 'ended the connection: the server was stopped, or the network failed',
  hint: 'Repeat the command, or go on with --resume where the output is a file.',
}

export const lateMeaning: Meaning = {
  code: 'database_busy',
  text: 'did not finish the statement in time',
  hint: 'Raise database.statement_timeout_seconds, or leave it null; --dry-run tells of missing indexes.',
}

export const lockMeaning: Meaning = {
  code: 'database_busy',
  text: 'is locked by somebody else',
  hint: 'Repeat later, or raise database.lock_timeout_seconds.',
}

export const deniedMeaning: Meaning = {
  code: 'database_denied',
  text: null,
  hint: 'The user needs the right to SELECT from the tables of the catalog, and to write where rows are written.',
}

const badCertificate: Meaning = {
  code: 'database_denied',
  text: 'shows a certificate that is not trusted',
  hint: 'Give the certificates to trust as database.tls.ca, or use database.tls.mode=require, which does not check.',
}

/** Failures of the network and of TLS, the same for every server. */
const common: Meanings = {
  ECONNREFUSED: unreachable('refuses the connection: no server listens there'),
  ENOTFOUND: unreachable('cannot be found: the host is unknown'),
  EAI_AGAIN: unreachable('cannot be found: the host name was not resolved'),
  EHOSTUNREACH: unreachable('cannot be reached: no way leads to the host'),
  ENETUNREACH: unreachable('cannot be reached: no way leads to the network'),
  ETIMEDOUT: unreachable('did not answer in time'),
  ENOENT: unreachable('has no such socket'),
  EACCES: unreachable('has a socket that may not be opened'),
  ECONNRESET: gone,
  EPIPE: gone,
  ERR_STREAM_PREMATURE_CLOSE: gone,
  DEPTH_ZERO_SELF_SIGNED_CERT: badCertificate,
  SELF_SIGNED_CERT_IN_CHAIN: badCertificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: badCertificate,
  UNABLE_TO_GET_ISSUER_CERT: badCertificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: badCertificate,
  CERT_HAS_EXPIRED: { ...badCertificate, text: 'shows a certificate that has expired' },
  CERT_NOT_YET_VALID: { ...badCertificate, text: 'shows a certificate that is not valid yet' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    ...badCertificate,
    text: 'shows the certificate of another host',
  },
  EPROTO: { ...badCertificate, text: 'and this program do not agree on TLS' },
}

/** How the errors of one driver are told. */
export interface ErrorRules {
  readonly name: string
  /** Takes passwords out of what is said. */
  readonly mask: (text: string) => string
  readonly meanings: Meanings
  /** For errors without a code: the code to look up instead. */
  codeOf?(error: Error): string | undefined
}

/**
 * What a driver threw as an `AppError`: by its code, else `database_failed` with the database's own words. Defects of
 * this program pass unchanged. The cause is left behind, because drivers keep connection settings in it.
 */
export function databaseError(thrown: unknown, rules: ErrorRules): unknown {
  const error = firstError(thrown)
  if (!(error instanceof Error) || error.name === 'AppError') return thrown
  const code = rules.codeOf?.(error) ?? systemCode(error)
  const meaning = rules.meanings[code] ?? rules.meanings[code.slice(0, 2)] ?? common[code]
  if (meaning === undefined && code === '') return thrown
  const said = firstLine(error.message)
  const text = meaning?.text ?? `says: ${said}`
  return new AppError(meaning?.code ?? 'database_failed', rules.mask(`${rules.name} ${text}`), {
    ...(meaning?.hint !== undefined && { hint: meaning.hint }),
  })
}

/** Waits for a driver, its errors told by the rules. */
export async function tell<T>(rules: ErrorRules, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw databaseError(error, rules)
  }
}

/** A host with several addresses fails with an error for each of them. */
function firstError(error: unknown): unknown {
  return error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? ''
}
