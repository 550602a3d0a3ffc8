import { connect as connectSocket, type Socket } from 'node:net'
import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import pg from 'pg'
import type { DatabaseConfig } from '../../spec/types.gen.js'
import type { ServerPlace, TlsFiles } from './place.js'

/** A connection to PostgreSQL whose cells are all text. */
export interface PostgresClient {
  readonly driver: pg.Client
  readonly place: ServerPlace
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly (string | null)[][]>
}

const asWritten = { getTypeParser: () => (value: string) => value }

/** Connects, with TLS as `tls.mode` has it; `prefer` falls back where the server has none. */
export async function connectPostgres(
  place: ServerPlace,
  config: DatabaseConfig,
): Promise<PostgresClient> {
  const { mode } = place.tls
  const driver = await connectOnce(place, config, mode !== 'disable').catch((error: unknown) => {
    if (
      mode === 'prefer' &&
      error instanceof Error &&
      error.message.includes('does not support SSL')
    ) {
      return connectOnce(place, config, false)
    }
    throw error
  })
  // A connection that ends between statements is told by the next statement.
  driver.on('error', () => {})
  const client: PostgresClient = {
    driver,
    place,
    async query(text, values = []) {
      const query = { text, values: [...values], rowMode: 'array' as const, types: asWritten }
      const { rows } = await driver.query<(string | null)[]>(query as pg.QueryArrayConfig)
      return rows
    },
  }
  await client.query(settings(config))
  return client
}

async function connectOnce(
  { host, port, socket, user, password, database, tls }: ServerPlace,
  config: DatabaseConfig,
  encrypted: boolean,
): Promise<pg.Client> {
  const driver = new pg.Client({
    host: socket ?? host,
    port,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ssl: encrypted ? tlsOptions(tls, host) : false,
    connectionTimeoutMillis: config.connect_timeout_seconds * 1000,
    keepAlive: true,
    application_name: 'atelier',
  })
  try {
    await driver.connect()
  } catch (error) {
    driver.on('error', () => {})
    void driver.end().catch(() => {})
    throw error
  }
  return driver
}

function tlsOptions({ mode, ca, cert, key }: TlsFiles, host: string): ConnectionOptions {
  return {
    rejectUnauthorized: mode === 'verify_full',
    // The driver would compare with "localhost" where the host is an address.
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  }
}

function settings({ statement_timeout_seconds, lock_timeout_seconds }: DatabaseConfig): string {
  const milliseconds = (seconds: number | null) =>
    String(seconds === null ? 0 : Math.max(1, Math.round(seconds * 1000)))
  return `set statement_timeout = ${milliseconds(statement_timeout_seconds)};
set lock_timeout = ${milliseconds(lock_timeout_seconds)};
set standard_conforming_strings = on; set bytea_output = hex; set client_encoding = 'UTF8'`
}

/** Asks the server to stop the running statement of a connection, as Ctrl-C in psql does; failures do not matter. */
export async function cancelStatement({ driver, place }: PostgresClient): Promise<void> {
  const { processID, secretKey } = driver as pg.Client & { processID: number; secretKey: number }
  const request = Buffer.alloc(16)
  const fields = [16, 80877102, processID, secretKey]
  fields.forEach((field, index) => request.writeInt32BE(field | 0, index * 4))
  const { socket, host, port } = place
  await new Promise<void>((resolve) => {
    const wire =
      socket === undefined
        ? connectSocket(port, host)
        : connectSocket(`${socket}/.s.PGSQL.${String(port)}`)
    wire.setTimeout(2000, () => wire.destroy())
    wire.on('error', () => {}).on('close', () => resolve())
    wire.on('connect', () => wire.end(request))
    wire.resume()
  })
}

/** Ends a connection without a word to the server. */
export function dropConnection({ driver }: PostgresClient): void {
  const { connection } = driver as pg.Client & { connection: { stream: Socket } }
  connection.stream.destroy()
}
