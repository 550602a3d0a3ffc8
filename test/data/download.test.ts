import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import { sha256 } from '../../src/core/hash.js'
import { download, type DownloadRequest } from '../../src/data/download.js'
import { bytesAnswer, serve, type Answer, type FileServer } from './file-server.js'
import { listeningContext, scratch } from './idx-files.js'

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) & 255)
const refuse: Answer = (_, response) => void response.writeHead(404).end()

describe('download', () => {
  let directory: ReturnType<typeof scratch>
  let target: string
  let servers: FileServer[]
  beforeEach(() => {
    directory = scratch()
    target = join(directory.path, 'cache', 'file.gz')
    servers = []
  })
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.close()))
    directory.remove()
  })

  async function start(answer: Answer): Promise<FileServer> {
    const server = await serve(answer)
    servers.push(server)
    return server
  }

  function request(
    urls: readonly string[],
    changes: Partial<DownloadRequest> = {},
  ): DownloadRequest {
    return {
      name: 'file.gz',
      urls,
      target,
      maximumBytes: 1_000_000,
      verify(path) {
        return sha256(readFileSync(path)) === sha256(content)
          ? Promise.resolve()
          : Promise.reject(new AppError('data_corrupt', 'its SHA-256 is another'))
      },
      remedy: 'Put it there yourself.',
      stallMilliseconds: 300,
      ...changes,
    }
  }

  async function failureOf(work: Promise<unknown>): Promise<AppError> {
    const error: unknown = await work.then(
      () => assert.fail('did not fail'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof AppError, String(error))
    return error
  }

  const reasons = (error: AppError) => error.details.map(({ message }) => message)

  it('sends the secrets of an address and tells none', async () => {
    const server = await start(bytesAnswer(content))
    const context = listeningContext({ env: { TOKEN: 'sesame' } })
    await download(request([`${server.url}/\${secret:TOKEN}/f`]), context)
    assert.equal(server.requests[0]?.path, '/sesame/f')
    assert.match(context.messages.join(), /secret:TOKEN/)
    assert.doesNotMatch(context.messages.join(), /sesame/)
  })

  it('tells no secret of an address that cannot be used', async () => {
    const context = listeningContext({ env: { TOKEN: 'sesame' } })
    for (const url of ['http://me:${secret:TOKEN}@host/f', 'http://${secret:TOKEN}:x/f']) {
      const error = await failureOf(download(request([url]), context))
      assert.match(reasons(error).join(), /secret:TOKEN/)
      assert.doesNotMatch([...reasons(error), ...context.messages].join(), /sesame/)
    }
  })

  it('writes the whole file and shows its progress', async () => {
    const server = await start(bytesAnswer(content))
    const context = listeningContext()
    await download(request([`${server.url}/file.gz`]), context)
    assert.deepEqual(new Uint8Array(readFileSync(target)), content)
    assert.deepEqual(readdirSync(join(directory.path, 'cache')), ['file.gz'])
    assert.deepEqual(context.labels, ['file.gz (kB)'])
  })

  it('goes on by itself where the connection broke', async () => {
    const server = await start(bytesAnswer(content, { cutAfter: 100_000 }))
    await download(request([`${server.url}/file.gz`]), listeningContext())
    assert.deepEqual(new Uint8Array(readFileSync(target)), content)
    assert.equal(server.requests.length, 2)
    assert.match(server.requests[1]!.range ?? '', /^bytes=\d+-$/)
    assert.notEqual(server.requests[1]!.range, 'bytes=0-')
  })

  it('goes on in a later run where an earlier one ended', async () => {
    let serving: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 120_000))
    }
    const server = await start((asked, response) => serving(asked, response))
    const interruption = new AbortController()
    setTimeout(() => interruption.abort(), 150)
    const context = listeningContext({ signal: interruption.signal })
    const error = await failureOf(download(request([`${server.url}/f`]), context))
    assert.equal(error.code, 'interrupted')
    assert.ok(!existsSync(target))
    serving = bytesAnswer(content)
    await download(request([`${server.url}/f`]), listeningContext())
    assert.equal(server.requests.at(-1)!.range, 'bytes=120000-')
    assert.deepEqual(new Uint8Array(readFileSync(target)), content)
  })

  it('starts over when the server ignores ranges', async () => {
    let answers = 0
    const server = await start((_, response) => {
      response.writeHead(200, { 'content-length': content.length })
      if (answers++ > 0) response.end(content)
      else
        response.write(content.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20))
    })
    await download(request([`${server.url}/f`]), listeningContext())
    assert.deepEqual(new Uint8Array(readFileSync(target)), content)
  })

  it('starts over when what an earlier run kept belongs to other bytes', async () => {
    const server = await start(bytesAnswer(content, { cutAfter: 1000 }))
    const other = content.map((value) => value ^ 1)
    mkdirSync(join(directory.path, 'cache'))
    const part = `.file.gz.${sha256(`${server.url}/f`).slice(0, 8)}.part`
    writeFileSync(join(directory.path, 'cache', part), other.subarray(0, 200_000))
    await download(request([`${server.url}/f`]), listeningContext())
    assert.deepEqual(new Uint8Array(readFileSync(target)), content)
    assert.equal(server.requests.at(-1)!.range, undefined)
  })

  it('accepts a part file that was already complete', async () => {
    const server = await start(bytesAnswer(content))
    mkdirSync(join(directory.path, 'cache'))
    const part = `.file.gz.${sha256(`${server.url}/f`).slice(0, 8)}.part`
    writeFileSync(join(directory.path, 'cache', part), content)
    await download(request([`${server.url}/f`]), listeningContext())
    assert.equal(server.requests.length, 1)
    assert.deepEqual(readdirSync(join(directory.path, 'cache')), ['file.gz'])
  })

  it('follows redirects', async () => {
    const server = await start((asked, response) => {
      if (asked.url === '/real') bytesAnswer(content)(asked, response)
      else response.writeHead(302, { location: '/real' }).end()
    })
    await download(request([`${server.url}/file.gz`]), listeningContext())
    assert.ok(existsSync(target))
  })

  it('tries the sources in order and tells why each failed', async () => {
    const missing = await start(refuse)
    const portal = await start((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>')
    })
    const wrong = await start(bytesAnswer(content.subarray(1)))
    const huge = await start(bytesAnswer(new Uint8Array(2_000_000)))
    const silent = await start(() => {})
    const closed = await start(refuse)
    await closed.close()
    const urls = [missing, portal, wrong, huge, silent, closed].map(({ url }) => `${url}/f`)
    const error = await failureOf(download(request(urls), listeningContext()))
    assert.equal(error.code, 'download_failed')
    assert.match(error.message, /Cannot download file\.gz from any source/)
    assert.equal(error.hint, 'Put it there yourself.')
    const expected = [
      /answered 404 Not Found/,
      /sent a web page \(text\/html/,
      /sent something else: its SHA-256 is another/,
      /sent more than 1000000 bytes/,
      /nothing arrived for 0\.3 seconds/,
      /no connection \(ECONNREFUSED\)/,
    ]
    for (const [index, reason] of reasons(error).entries()) {
      assert.ok(reason.startsWith(urls[index]!))
      assert.match(reason, expected[index]!)
    }
    assert.equal(error.details.length, expected.length)
    assert.ok(!existsSync(target))
    assert.deepEqual(readdirSync(join(directory.path, 'cache')), [])
  })

  it('takes the next source when one fails', async () => {
    const bad = await start(refuse)
    const good = await start(bytesAnswer(content))
    await download(request([`${bad.url}/f`, `${good.url}/f`]), listeningContext())
    assert.deepEqual(new Uint8Array(readFileSync(target)), content)
  })

  it('gives up a source that stalls in the middle, and keeps what came', async () => {
    const server = await start((asked, response) => {
      response.writeHead(asked.headers.range === undefined ? 200 : 206, {
        'content-length': content.length,
        'content-range': asked.headers.range?.replace('=', ' ') ?? '',
      })
      if (asked.headers.range === undefined) response.write(content.subarray(0, 70_000))
    })
    const error = await failureOf(download(request([`${server.url}/f`]), listeningContext()))
    assert.match(reasons(error)[0]!, /nothing arrived/)
    const [part] = readdirSync(join(directory.path, 'cache'))
    assert.equal(readFileSync(join(directory.path, 'cache', part!)).length, 70_000)
  })

  it('downloads once when two ask for the same file at the same time', async () => {
    const server = await start((asked, response) => {
      setTimeout(() => bytesAnswer(content)(asked, response), 100)
    })
    const contexts = [listeningContext(), listeningContext()]
    await Promise.all(contexts.map((context) => download(request([`${server.url}/f`]), context)))
    assert.equal(server.requests.length, 1)
    assert.equal(contexts.filter(({ messages }) => messages.join().includes('Waiting')).length, 1)
    assert.deepEqual(readdirSync(join(directory.path, 'cache')), ['file.gz'])
  })

  it('takes over the lock of a process that died', async () => {
    const server = await start(bytesAnswer(content))
    const { pid } = spawnSync(process.execPath, ['--version'])
    mkdirSync(join(directory.path, 'cache'))
    writeFileSync(join(directory.path, 'cache', '.file.gz.lock'), `${pid}\n`)
    await download(request([`${server.url}/f`]), listeningContext())
    assert.deepEqual(readdirSync(join(directory.path, 'cache')), ['file.gz'])
  })

  it('can be interrupted while it waits', async () => {
    mkdirSync(join(directory.path, 'cache'))
    writeFileSync(join(directory.path, 'cache', '.file.gz.lock'), `${process.pid}\n`)
    const signal = AbortSignal.timeout(50)
    const error = await failureOf(download(request([]), listeningContext({ signal })))
    assert.equal(error.code, 'interrupted')
  })

  it('reports a full disk as such', async function () {
    if (!existsSync('/dev/full')) return this.skip()
    const server = await start(bytesAnswer(content))
    mkdirSync(join(directory.path, 'cache'))
    const part = `.file.gz.${sha256(`${server.url}/f`).slice(0, 8)}.part`
    symlinkSync('/dev/full', join(directory.path, 'cache', part))
    const error = await failureOf(download(request([`${server.url}/f`]), listeningContext()))
    assert.equal(error.code, 'disk_full')
    assert.ok(!existsSync(target))
  })

  it('reports a directory it cannot write to, and does not blame the source', async () => {
    const server = await start(bytesAnswer(content))
    writeFileSync(join(directory.path, 'cache'), 'a file in the way')
    const error = await failureOf(download(request([`${server.url}/f`]), listeningContext()))
    assert.equal(error.code, 'output_unwritable')
  })
})
