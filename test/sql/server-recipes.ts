import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const password = 'open sesame/@:'

/** How one kind of server is made ready and started. */
export interface Recipe {
  /** Whom the server runs as, when the tests run as root. */
  readonly account: string
  find(): string | undefined
  /** Fills the data directory. */
  prepare(binary: string, place: Place): void
  command(binary: string, place: Place): readonly string[]
  scheme: string
  socket(place: Place): string
  connect(url: string): Promise<Session>
}

export interface Session {
  run(sql: string): Promise<unknown>
  close(): Promise<unknown>
}

/** Where a server of the tests lives. */
export interface Place {
  readonly directory: string
  readonly data: string
  readonly port: number
  readonly account: { readonly uid: number; readonly gid: number } | undefined
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

export const postgres: Recipe = {
  account: 'postgres',
  scheme: 'postgres',
  find: () =>
    [
      '/usr/lib/postgresql/17',
      '/usr/lib/postgresql/16',
      '/usr/lib/postgresql/15',
      '/usr/local/pgsql',
    ]
      .map((folder) => join(folder, 'bin/postgres'))
      .find((path) => existsSync(path)),
  prepare(binary, { data, directory, account }) {
    const file = join(directory, 'password')
    writeFileSync(file, password)
    if (account) chownSync(file, account.uid, account.gid)
    execFileSync(
      binary.replace(/postgres$/, 'initdb'),
      [
        '-D',
        data,
        '-U',
        'atelier',
        '-A',
        'scram-sha-256',
        `--pwfile=${file}`,
        '--no-sync',
        '-E',
        'UTF8',
        '--locale=C.UTF-8',
      ],
      { ...account, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
    )
  },
  command: (binary, { data, directory, port, tls }) => [
    ...[
      binary,
      '-D',
      data,
      '-p',
      String(port),
      '-k',
      directory,
      '-c',
      'listen_addresses=127.0.0.1',
    ],
    ...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'shared_buffers=32MB'],
    ...(tls
      ? ['-c', 'ssl=on', '-c', `ssl_cert_file=${tls.cert}`, '-c', `ssl_key_file=${tls.key}`]
      : []),
  ],
  socket: ({ directory }) => directory,
  async connect(url) {
    const { Client } = (await import('pg')).default
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    return { run: (sql) => client.query(sql), close: () => client.end() }
  },
}

export const mysql: Recipe = {
  account: 'mysql',
  scheme: 'mysql',
  find: () =>
    ['/usr/sbin/mariadbd', '/usr/sbin/mysqld', '/usr/local/bin/mariadbd'].find((path) =>
      existsSync(path),
    ),
  prepare(_, { data, directory, account }) {
    execFileSync(
      'mariadb-install-db',
      [
        '--no-defaults',
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        '--skip-name-resolve',
      ],
      { ...account, cwd: directory, stdio: 'pipe' },
    )
    const start = `create user atelier@'%' identified by '${password}';\ngrant all on *.* to atelier@'%' with grant option;\n`
    writeFileSync(join(directory, 'start.sql'), start)
  },
  command: (binary, { data, directory, port, tls }) => [
    ...[
      binary,
      '--no-defaults',
      `--datadir=${data}`,
      `--port=${String(port)}`,
      '--bind-address=127.0.0.1',
    ],
    ...[`--socket=${join(directory, 'socket')}`, `--init-file=${join(directory, 'start.sql')}`],
    ...[
      '--innodb-flush-log-at-trx-commit=0',
      '--skip-log-bin',
      '--skip-name-resolve',
      `--tmpdir=${directory}`,
    ],
    ...[
      '--innodb-buffer-pool-size=64M',
      '--max-allowed-packet=64M',
      '--innodb-flush-method=nosync',
    ],
    ...(tls ? [`--ssl-cert=${tls.cert}`, `--ssl-key=${tls.key}`] : []),
  ],
  socket: ({ directory }) => join(directory, 'socket'),
  async connect(url) {
    const { createConnection } = await import('mysql2/promise')
    const connection = await createConnection({ uri: url, multipleStatements: true })
    connection.on('error', () => {})
    return { run: (sql) => connection.query(sql), close: () => connection.end() }
  },
}
