import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError, systemCode } from '../../core/errors.js'
import type { DatabaseConfig, TlsConfig } from '../../spec/types.gen.js'

/** Where a server is and who asks, read from a URL. */
export interface ServerPlace {
  /** The URL without its password, for messages. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** A socket of this machine in place of host and port: a path, for PostgreSQL that of its directory. */
  readonly socket: string | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  readonly database: string | undefined
  readonly tls: TlsFiles
}

/** The `tls` keys with their files read. */
export interface TlsFiles {
  readonly mode: TlsConfig['mode']
  readonly ca: Buffer | undefined
  readonly cert: Buffer | undefined
  readonly key: Buffer | undefined
}

const modes: readonly TlsConfig['mode'][] = ['disable', 'prefer', 'require', 'verify_full']

/** How other programs write the modes in URLs. */
const modeNames: Readonly<Record<string, TlsConfig['mode']>> = {
  disable: 'disable',
  disabled: 'disable',
  allow: 'prefer',
  prefer: 'prefer',
  preferred: 'prefer',
  require: 'require',
  required: 'require',
  'verify-ca': 'verify_full',
  verify_ca: 'verify_full',
  'verify-full': 'verify_full',
  verify_full: 'verify_full',
  verify_identity: 'verify_full',
}

/** Reads the URL of a server and the files of `tls`. A mode in the URL (`?sslmode=require`) only makes it stricter. */
export async function readPlace(
  url: string,
  { tls }: DatabaseConfig,
  { cwd, port }: { cwd: string; port: number },
): Promise<ServerPlace> {
  const parsed = parse(url)
  const { searchParams: extra } = parsed
  const asked = modeOf(extra.get('sslmode') ?? extra.get('ssl-mode') ?? tls.mode)
  const mode = modes[Math.max(modes.indexOf(asked), modes.indexOf(tls.mode))] ?? tls.mode
  refuseOthers(extra)
  const socket = extra.get('socket') ?? pathOnly(extra.get('host'))
  return {
    name: withoutPassword(url),
    host: parsed.hostname.replace(/^\[|\]$/g, '') || (extra.get('host') ?? 'localhost'),
    port: parsed.port === '' ? port : Number(parsed.port),
    socket,
    user: decoded(parsed.username),
    password: decoded(parsed.password),
    database: decoded(parsed.pathname.slice(1)),
    tls: {
      mode: socket === undefined ? mode : 'disable',
      ca: await readPem(tls.ca, cwd),
      cert: await readPem(tls.cert, cwd),
      key: await readPem(tls.key, cwd),
    },
  }
}

/** A URL as it may be shown and recorded: without its password and without what stands behind `?`. */
function withoutPassword(url: string): string {
  const server = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(url)
  if (server === null) return url
  const [, scheme = '', rest = ''] = server
  // A password may hold any character, an unquoted @ or / too: the last @ ends it.
  const at = rest.lastIndexOf('@')
  const user = at === -1 ? '' : `${rest.slice(0, at).split(':')[0] ?? ''}@`
  return `${scheme}${user}${rest.slice(at + 1).replace(/[?#].*$/s, '')}`
}

/** All forms in which the password of a URL may turn up in a text. */
export function passwordForms(url: string): readonly string[] {
  const userinfo = /^[a-z][a-z0-9+.-]*:\/\/(.*)@/is.exec(url)?.[1] ?? ''
  const colon = userinfo.indexOf(':')
  const written = colon === -1 ? '' : userinfo.slice(colon + 1)
  const inQuery = [...url.matchAll(/[?&]password=([^&#]*)/gi)].map(([, value]) => value ?? '')
  return [written, ...inQuery].filter(Boolean).flatMap((form) => {
    const plain = decoded(form) ?? form
    return [form, plain, encodeURIComponent(plain), encodeURI(plain)]
  })
}

function parse(url: string): URL {
  try {
    return new URL(url)
  } catch {
    throw new AppError('config_invalid', `database.url is not a URL: ${withoutPassword(url)}`, {
      hint: 'Write scheme://user:password@host:port/name, with : / @ # ? % in a password as %3A %2F %40 %23 %3F %25.',
    })
  }
}

function modeOf(name: string): TlsConfig['mode'] {
  const mode = modeNames[name.toLowerCase()]
  if (mode !== undefined) return mode
  throw new AppError('config_invalid', `Unknown sslmode '${name}' in database.url`, {
    hint: `Available: ${Object.keys(modeNames).join(', ')}.`,
  })
}

function refuseOthers(extra: URLSearchParams): void {
  const known = ['sslmode', 'ssl-mode', 'socket', 'host']
  const other = [...extra.keys()].find((key) => !known.includes(key))
  if (other === undefined) return
  throw new AppError('config_invalid', `Unknown parameter '${other}' in database.url`, {
    hint: `Known behind the question mark: ${known.join(', ')}; the rest are keys below \`database\`.`,
  })
}

function pathOnly(host: string | null): string | undefined {
  return host?.startsWith('/') === true ? host : undefined
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

async function readPem(path: string | null, cwd: string): Promise<Buffer | undefined> {
  if (path === null) return undefined
  try {
    return await readFile(resolve(cwd, path))
  } catch (error) {
    throw new AppError('config_invalid', `Cannot read ${path} (${systemCode(error)})`, {
      hint: 'The keys ca, cert and key below database.tls name PEM files.',
      cause: error,
    })
  }
}
