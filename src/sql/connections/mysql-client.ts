import { isIP } from 'node:net'
import { userInfo } from 'node:os'
import { checkServerIdentity, type TLSSocket } from 'node:tls'
import type { Connection, ConnectionOptions, SslOptions } from 'mysql2'
import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { ServerPlace, TlsFiles } from './place.js'
import { fillPlaceholders } from './quote.js'
import type { TextRow } from '../databases.js'
import { asTextRow } from './text-row.js'

/** A connection to MySQL or MariaDB. */
export interface MysqlClient {
  readonly driver: Connection
  readonly isMariaDb: boolean
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly TextRow[]>
  /** Stops the running statement from outside, as Ctrl-C in the shell does; failures do not matter. */
  cancel(): Promise<void>
  close(): Promise<void>
}

/** Connects, with TLS as `tls.mode` has it; `prefer` falls back where the server has none. */
export async function connectMysql(
  place: ServerPlace,
  config: DatabaseConfig,
  sqlMode: string,
): Promise<MysqlClient> {
  const driver = await connectAsPreferred(place, config)
  // A connection that ends between statements is told by the next statement.
  driver.on('error', () => {})
  const query = (sql: string, values: readonly unknown[] = []) => rowsOf(driver, sql, values)
  const [[version = ''] = []] = await query('select version()')
  const isMariaDb = /mariadb/i.test(version ?? '')
  await query(settings(config, sqlMode, isMariaDb))
  return {
    driver,
    isMariaDb,
    query,
    async cancel() {
      const helper = await connectAsPreferred(place, config).catch(() => undefined)
      if (helper === undefined) return
      helper.on('error', () => {})
      await rowsOf(helper, `kill query ${String(driver.threadId)}`, []).catch(() => {})
      helper.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        driver.end(() => {
          driver.destroy()
          resolve()
        })
      }),
  }
}

async function connectAsPreferred(place: ServerPlace, config: DatabaseConfig): Promise<Connection> {
  const { mode } = place.tls
  try {
    return await connectOnce(place, config, mode !== 'disable')
  } catch (error) {
    const isBare = (error as { code?: string }).code === 'HANDSHAKE_NO_SSL_SUPPORT'
    if (mode !== 'prefer' || !isBare) throw error
    return connectOnce(place, config, false)
  }
}

async function connectOnce(
  { host, port, socket, user, password, database, tls }: ServerPlace,
  config: DatabaseConfig,
  encrypted: boolean,
): Promise<Connection> {
  const { createConnection } = (await import('mysql2')).default
  const options: ConnectionOptions = {
    ...(socket === undefined ? { host, port } : { socketPath: socket }),
    user: user ?? userInfo().username,
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(encrypted && { ssl: tlsOptions(tls, host) }),
    charset: 'utf8mb4',
    connectTimeout: config.connect_timeout_seconds * 1000,
    enableKeepAlive: true,
    rowsAsArray: true,
    ...{ supportBigNumbers: true, bigNumberStrings: true, dateStrings: true, jsonStrings: true },
  }
  const driver = createConnection(options)
  await new Promise<void>((resolve, reject) => {
    driver.once('error', reject)
    driver.connect((error) => {
      driver.off('error', reject)
      if (error === null) resolve()
      else reject(error)
    })
  })
  if (encrypted && tls.mode === 'verify_full' && isIP(host) !== 0) checkAddress(driver, host)
  return driver
}

function tlsOptions({ mode, ca, cert, key }: TlsFiles, host: string): SslOptions {
  return {
    rejectUnauthorized: mode === 'verify_full',
    verifyIdentity: mode === 'verify_full' && isIP(host) === 0,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  }
}

/** The driver compares names only. */
function checkAddress(driver: Connection, host: string): void {
  const { stream } = driver as Connection & { stream: TLSSocket }
  const error = checkServerIdentity(host, stream.getPeerCertificate(true))
  if (error === undefined) return
  driver.destroy()
  throw error
}

/** `net_write_timeout`: a server must wait for a slow reader. */
function settings(config: DatabaseConfig, sqlMode: string, isMariaDb: boolean): string {
  const { statement_timeout_seconds: late, lock_timeout_seconds: lock } = config
  const lockSeconds = Math.max(1, Math.ceil(lock))
  const limit = isMariaDb
    ? `max_statement_time = ${String(late ?? 0)}`
    : `max_execution_time = ${String(Math.round((late ?? 0) * 1000))}`
  return `set session sql_mode = '${sqlMode}', session ${limit}, session lock_wait_timeout = ${String(lockSeconds)},
session innodb_lock_wait_timeout = ${String(lockSeconds)}, session net_write_timeout = 86400, session net_read_timeout = 86400,
session sort_buffer_size = 16777216`
}

function rowsOf(
  driver: Connection,
  sql: string,
  values: readonly unknown[],
): Promise<readonly TextRow[]> {
  return new Promise((resolve, reject) => {
    const filled = fillPlaceholders(sql, values, (value) => driver.escape(value))
    driver.query({ sql: filled, rowsAsArray: true }, (error, rows) => {
      if (error !== null) reject(error)
      else resolve(Array.isArray(rows) ? (rows as unknown[][]).map(asTextRow) : [])
    })
  })
}
