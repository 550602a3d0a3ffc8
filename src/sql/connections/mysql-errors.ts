import {
  deniedMeaning,
  gone,
  lateMeaning,
  lockMeaning,
  type ErrorRules,
  type Meaning,
  type Meanings,
} from './errors.js'

const schema: Meaning = {
  code: 'database_schema',
  text: null,
  hint: 'The keys below `schema` tell what the tables and columns are called.',
}
const password: Meaning = {
  code: 'database_denied',
  text: 'refuses the user or the password',
  hint: 'Check both in database.url; : / @ # ? % in a password are written as %3A %2F %40 %23 %3F %25.',
}
const full: Meaning = {
  code: 'database_busy',
  text: 'has too many connections already',
  hint: 'Repeat later.',
}
const noName: Meaning = {
  code: 'database_failed',
  text: 'has no database of that name',
  hint: 'The name is what follows the last slash of database.url.',
}

/** By the number of the server's error, or by the driver's own code. */
const meanings: Meanings = {
  1045: password,
  1698: password,
  1044: deniedMeaning,
  1142: deniedMeaning,
  1143: deniedMeaning,
  1227: deniedMeaning,
  1370: deniedMeaning,
  1049: noName,
  1046: {
    ...noName,
    code: 'config_invalid',
    text: 'is not named whole: database.url lacks the database',
  },
  1146: schema,
  1054: schema,
  1205: lockMeaning,
  1213: { ...lockMeaning, text: 'gave the work up in favor of somebody else' },
  1969: lateMeaning,
  3024: lateMeaning,
  1317: { ...lateMeaning, text: 'stopped the statement on the wish of somebody else' },
  1040: full,
  1203: full,
  1226: full,
  1053: gone,
  1077: gone,
  1927: gone,
  4031: gone,
  PROTOCOL_CONNECTION_LOST: gone,
  ended: gone,
  3159: {
    ...password,
    text: 'takes no connection without TLS',
    hint: 'Use database.tls.mode=require.',
  },
  HANDSHAKE_NO_SSL_SUPPORT: {
    code: 'database_denied',
    text: 'does not offer TLS',
    hint: 'database.tls.mode=disable or prefer connects without it, and everything is sent unencrypted.',
  },
  late: {
    ...gone,
    text: 'did not answer in time',
    hint: 'Check host and port in database.url, or raise database.connect_timeout_seconds.',
  },
}

/** How errors of MySQL, MariaDB and their driver are told. */
export function mysqlRules(name: string, mask: (text: string) => string): ErrorRules {
  return { name, mask, meanings, codeOf }
}

/** The driver gives one code to all failures of TLS. */
const certificates: readonly (readonly [RegExp, string])[] = [
  [/altnames/i, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/expired/i, 'CERT_HAS_EXPIRED'],
  [/self.signed|unable to|verify/i, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
]

function codeOf(error: Error): string | undefined {
  const { errno, code } = error as { errno?: number; code?: string }
  if (errno !== undefined && errno > 0) return String(errno)
  if (code === 'ETIMEDOUT' && /^connect ETIMEDOUT$/.test(error.message)) return 'late'
  if (code === 'HANDSHAKE_SSL_ERROR') {
    return certificates.find(([pattern]) => pattern.test(error.message))?.[1] ?? 'EPROTO'
  }
  if (code !== undefined) return code
  return /closed state|connection lost|closed/i.test(error.message) ? 'ended' : undefined
}
