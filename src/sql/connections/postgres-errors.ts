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
const noTls: Meaning = {
  code: 'database_denied',
  text: 'does not offer TLS',
  hint: 'database.tls.mode=disable or prefer connects without it, and everything is sent unencrypted.',
}

/** By SQLSTATE, or by the class that its first two characters are. */
const meanings: Meanings = {
  '28': { ...password, text: null },
  '28P01': password,
  '3D000': {
    code: 'database_failed',
    text: 'has no database of that name',
    hint: 'The name is what follows the last slash of database.url.',
  },
  '3F': schema,
  '42P01': schema,
  '42703': schema,
  '42501': deniedMeaning,
  '55P03': lockMeaning,
  '57014': lateMeaning,
  '57P01': gone,
  '57P02': gone,
  '57P03': { ...gone, text: 'is starting or stopping' },
  '57P05': gone,
  '25P03': gone,
  '53300': full,
  '40': { ...lockMeaning, text: 'gave the work up in favor of somebody else' },
  '08': gone,
  ended: gone,
  late: {
    ...gone,
    text: 'did not answer in time',
    hint: 'Check host and port in database.url, or raise database.connect_timeout_seconds.',
  },
  tls: noTls,
  password: { ...password, text: 'asks for a password' },
}

const messages: readonly (readonly [RegExp, string])[] = [
  [/does not support SSL/i, 'tls'],
  [/password must be a (non-empty )?string/i, 'password'],
  [/timeout expired|connection terminated due to connection timeout/i, 'late'],
  [/connection terminated|not queryable|connection error|socket hang up/i, 'ended'],
]

/** How errors of PostgreSQL and of its driver are told. */
export function postgresRules(name: string, mask: (text: string) => string): ErrorRules {
  return {
    name,
    mask,
    meanings,
    codeOf: (error) =>
      'code' in error && typeof error.code === 'string' && error.code !== ''
        ? error.code
        : messages.find(([pattern]) => pattern.test(error.message))?.[1],
  }
}
