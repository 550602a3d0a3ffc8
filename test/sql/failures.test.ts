import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { DatabaseConfig } from '../../src/spec/types.gen.js'
import { openDatabase, openForWriting } from '../../src/sql/databases.js'
import { all, context, failure, queryOf, type Told } from './catalogs.js'
import { configOf } from './exporting.js'
import { password } from './server-recipes.js'
import { requireServer, startServer, type TestServer } from './servers.js'

const kinds = ['postgres', 'mysql'] as const
const { database: base } = configOf()

/** More rows than any buffer holds. */
const many = {
  postgres: queryOf(`select i, repeat('x', 200) from generate_series(1, 3000000) i`),
  mysql: queryOf(`select seq, repeat('x', 200) from seq_1_to_3000000`),
} as const

/** A statement that takes a minute and sends nothing. */
const slow = { postgres: queryOf('select pg_sleep(60)'), mysql: queryOf('select sleep(60)') }

function opening(url: string, changes: Partial<DatabaseConfig> = {}) {
  return openDatabase({ ...base, url, ...changes }, context)
}

function isTold(error: Told, code: string, exit: number, message: RegExp): void {
  assert.equal(error.code, code, error.message)
  assert.equal(error.exit, exit)
  assert.match(error.message, message)
  for (const form of [password, encodeURIComponent(password), 'wrong word']) {
    assert.ok(!JSON.stringify([error.message, error.hint, error.details]).includes(form))
  }
}

/** Reads until the first rows are there, does something to the server, and gives what the rest throws. */
async function breakWhileReading(
  server: TestServer,
  url: string,
  act: () => unknown,
): Promise<Told> {
  const database = await opening(url)
  const error = await failure(
    (async () => {
      let batches = 0
      for await (const rows of database.stream(many[server.kind])) {
        if (batches++ === 3) await act()
        assert.ok(rows.length > 0)
      }
    })(),
  )
  await database.close()
  return error
}

describe('sql: failures', () => {
  for (const kind of kinds) {
    describe(kind, () => {
      let server: TestServer
      before(async function () {
        server = await requireServer(this, kind)
      })

      it('tells wrong passwords, unknown databases and unreachable servers apart', async () => {
        const name = await server.createDatabase()
        const wrong = await failure(opening(server.url(name, 'atelier', 'wrong word')))
        isTold(wrong, 'database_denied', 4, /refuses the user or the password$/)
        const unknown = await failure(opening(server.url('nowhere')))
        isTold(unknown, 'database_failed', 4, /has no database of that name$/)
        const closed = server.url(name).replace(`:${String(server.port)}/`, ':1/')
        isTold(
          await failure(opening(closed)),
          'database_unreachable',
          75,
          /no server listens there/,
        )
        const nowhere = server.url(name).replace(/@[^/]+\//, '@nowhere.invalid/')
        isTold(await failure(opening(nowhere)), 'database_unreachable', 75, /cannot be found/)
      })

      it('gives up a server that does not answer', async () => {
        const mute = createServer(() => {})
        await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
        const { port } = mute.address() as { port: number }
        const url = server.url('x').replace(/:\d+\//, `:${String(port)}/`)
        const late = await failure(opening(url, { connect_timeout_seconds: 0.3 }))
        mute.close()
        isTold(late, 'database_unreachable', 75, /did not answer in time/)
      })

      it('tells a missing right and what it was for', async () => {
        const name = await server.createDatabase()
        const admin = await openForWriting({ ...base, url: server.url(name) }, context)
        await admin.run('create table secrets (id integer)')
        const user = `reader_${name}`
        if (kind === 'postgres') await admin.run(`create role ${user} login password 'pw-1234'`)
        else {
          await admin.run(`create user ${user}@'%' identified by 'pw-1234'`)
          await admin.run('create table open (id integer)')
          await admin.run(`grant select on ${name}.open to ${user}@'%'`)
        }
        await admin.close()
        const database = await opening(server.url(name, user, 'pw-1234'))
        const error = await failure(all(database, queryOf('select * from secrets')))
        await database.close()
        isTold(error, 'database_denied', 4, /denied .*secrets/)
      })

      it('ends a statement, or the wait for a lock, in the time given', async () => {
        const url = server.url(await server.createDatabase())
        const hasty = await opening(url, { statement_timeout_seconds: 0.2 })
        const endless =
          kind === 'postgres'
            ? slow.postgres
            : queryOf('select count(*) from seq_1_to_3000000 a, seq_1_to_3000000 b')
        const late = await failure(all(hasty, endless))
        await hasty.close()
        isTold(late, 'database_busy', 75, /did not finish the statement in time/)
        const writer = await openForWriting({ ...base, url }, context)
        await writer.run('create table held (id integer)')
        const reader = await opening(url, { lock_timeout_seconds: 0.5 })
        await writer.run(kind === 'postgres' ? 'begin' : 'lock tables held write')
        if (kind === 'postgres') await writer.run('lock table held in access exclusive mode')
        const error = await failure(all(reader, queryOf('select * from held')))
        await Promise.all([reader.close(), writer.close()])
        isTold(error, 'database_busy', 75, /is locked by somebody else/)
      })

      it('sees one snapshot from opening to closing, and writes nothing', async () => {
        const url = server.url(await server.createDatabase())
        const writer = await openForWriting({ ...base, url }, context)
        await writer.run('create table things (id integer)')
        await writer.load('things', ['id'], [Array.from({ length: 5000 }, (_, id) => [String(id)])])
        const reader = await opening(url)
        let count = 0
        for await (const rows of reader.stream(queryOf('select id from things'))) {
          count += rows.length
          await writer.run('insert into things values (-1)')
        }
        assert.equal(count, 5000)
        assert.deepEqual(await all(reader, queryOf('select count(*) from things')), [['5000']])
        if (kind === 'postgres') {
          const refused = await failure(
            all(
              reader,
              queryOf(`with x as (insert into things values (1) returning id) select * from x`),
            ),
          )
          assert.equal(refused.exit, 4)
        }
        await reader.close()
        const [[later] = []] = await writer.rows('select count(*) from things where id = -1')
        assert.ok(Number(later) > 0)
        await writer.close()
      })

      it('goes on after a query that was left early', async () => {
        const database = await opening(server.url(await server.createDatabase()))
        for await (const rows of database.stream(many[kind])) {
          assert.ok(rows.length > 0)
          break
        }
        assert.deepEqual(await all(database, queryOf('select 42')), [['42']])
        await database.close()
      })

      it('stops the query on the server when the signal is aborted', async () => {
        const url = server.url(await server.createDatabase())
        for (const query of [many[kind], slow[kind]]) {
          const controller = new AbortController()
          const database = await opening(url)
          setTimeout(() => controller.abort(), 150)
          const error = await failure(all(database, query, controller.signal))
          await database.close()
          assert.equal(error.code, 'interrupted')
        }
        const writer = await openForWriting({ ...base, url }, context)
        const running = () =>
          kind === 'postgres'
            ? writer.rows(
                `select query from pg_stat_activity where state = 'active' and query ~* 'copy'  and pid <> pg_backend_pid()`,
              )
            : writer.rows(
                `select info from information_schema.processlist where info like '%sleep(60)' and id <> connection_id()`,
              )
        for (let tries = 0; tries < 20 && (await running()).length > 0; tries++) await delay(50)
        assert.deepEqual(await running(), [])
        await writer.close()
      })

      it('tells of a connection that was cut', async () => {
        const wires = new Set<Socket>()
        const proxy = createServer((near) => {
          const far = connect(server.port, '127.0.0.1')
          for (const wire of [near, far]) wires.add(wire.on('error', () => {}))
          near.pipe(far).pipe(near)
        })
        await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
        const { port } = proxy.address() as { port: number }
        const name = await server.createDatabase()
        const url = server.url(name).replace(/:\d+\//, `:${String(port)}/`)
        const error = await breakWhileReading(server, url, () => {
          for (const wire of wires) wire.destroy()
        })
        proxy.close()
        isTold(error, 'database_unreachable', 75, /ended the connection/)
      })

      it('tells of a server that is killed in the middle', async function () {
        this.timeout(30_000)
        const own = (await startServer(kind)) ?? this.skip()
        const error = await breakWhileReading(own, own.url(await own.createDatabase()), () =>
          own.kill(),
        )
        await own.stop()
        isTold(error, 'database_unreachable', 75, /ended the connection/)
      })

      it('encrypts where the server can, and checks certificates where it must', async function () {
        if (server.ca === undefined) {
          console.warn(
            '  SKIPPED: openssl is not installed, so that the server has no certificate.',
          )
          this.skip()
        }
        const name = await server.createDatabase()
        const tls = (
          mode: 'disable' | 'prefer' | 'require' | 'verify_full',
          ca: string | null,
        ) => ({ tls: { ...base.tls, mode, ca } })
        const cipher = async (url: string, changes: Partial<DatabaseConfig>) => {
          const database = await opening(url, changes)
          const sql =
            kind === 'postgres'
              ? 'select cipher from pg_stat_ssl where pid = pg_backend_pid()'
              : `select nullif(variable_value, '') from information_schema.session_status where variable_name = 'ssl_cipher'`
          const [[found = null] = []] = await all(database, queryOf(sql))
          await database.close()
          return found
        }
        const url = server.url(name)
        const named = url.replace('@127.0.0.1', '@localhost')
        assert.equal(await cipher(url, tls('disable', null)), null)
        for (const changes of [{}, tls('require', null)])
          assert.notEqual(await cipher(url, changes), null)
        assert.notEqual(await cipher(named, tls('verify_full', server.ca)), null)
        assert.notEqual(await cipher(`${named}?sslmode=require`, tls('disable', null)), null)
        const untrusted = await failure(cipher(named, tls('verify_full', null)))
        isTold(untrusted, 'database_denied', 4, /certificate that is not trusted/)
        const otherHost = await failure(cipher(url, tls('verify_full', server.ca)))
        isTold(otherHost, 'database_denied', 4, /certificate of another host/)
      })

      it('connects by a socket of this machine', async () => {
        const word = encodeURIComponent(password)
        const name = await server.createDatabase()
        const url =
          kind === 'postgres'
            ? `postgres://atelier:${word}@localhost:${String(server.port)}/${name}?host=${server.socket}`
            : `mysql://atelier:${word}@localhost/${name}?socket=${server.socket}`
        const database = await opening(url)
        assert.deepEqual(await all(database, queryOf('select 42')), [['42']])
        await database.close()
      })

      it('refuses URLs that are none, without repeating the password', async () => {
        const bad = await failure(opening(`${kind}://user:s3cret#x@:port:/name`))
        assert.equal(bad.code, 'config_invalid')
        assert.ok(!JSON.stringify([bad.message, bad.hint]).includes('s3cret'))
        const extra = await failure(opening(`${server.url('x')}?ssl=1`))
        assert.match(extra.message, /Unknown parameter 'ssl'/)
      })

      it('takes the URL or its password from the environment', async () => {
        const name = await server.createDatabase()
        const env = {
          WHOLE: server.url(name),
          WORD: encodeURIComponent(password),
          WRONG: 'wrong%20word',
        }
        const byWord = server.url(name).replace(encodeURIComponent(password), '${secret:WORD}')
        for (const url of ['${secret:WHOLE}', byWord]) {
          const database = await openDatabase({ ...base, url }, { ...context, env })
          assert.ok(!database.name.includes('sesame'))
          await database.close()
        }
        const wrong = byWord.replace('WORD', 'WRONG')
        isTold(
          await failure(openDatabase({ ...base, url: wrong }, { ...context, env })),
          'database_denied',
          4,
          /refuses/,
        )
      })
    })
  }
})
