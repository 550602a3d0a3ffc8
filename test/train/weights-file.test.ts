import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { AppError, type ErrorCode } from '../../src/core/errors.js'
import type { DataContext } from '../../src/data/data-set.js'
import { encodeSafetensors, type TensorData } from '../../src/core/safetensors.js'
import { hashWeights } from '../../src/model/weights.js'
import { readWeightsFrom } from '../../src/train/weights-file.js'
import { bytesAnswer, serve, type Answer } from '../data/file-server.js'

const tensors = new Map<string, TensorData>([
  ['fc.weight', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  ['fc.bias', { dtype: 'float32', shape: [2], data: Float32Array.of(5, 6) }],
])
const file = encodeSafetensors(tensors)
const hash = createHash('sha256').update(file).digest('hex')

describe('weights from files', () => {
  let root = ''
  let context: DataContext
  let wanted: { sha256: string | null; runRoot: string }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atelier-weights-'))
    const silent = { start() {}, update() {}, stop() {} }
    const log = { info() {}, warn() {} } as unknown as DataContext['log']
    context = { env: {}, cacheDirectory: join(root, 'cache'), progress: silent, log }
    wanted = { sha256: null, runRoot: join(root, 'runs') }
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const put = (name: string, content: string | Uint8Array) => {
    const path = join(root, name)
    writeFileSync(path, content)
    return path
  }

  it('have the SHA-256 of the file, and an absolute path', async () => {
    const place = put('a.safetensors', file)
    const loaded = await readWeightsFrom({ kind: 'safetensors', place }, wanted, context)
    assert.deepEqual([loaded.weights, loaded.sha256], [place, hash])
    assert.deepEqual(new Map(loaded.tensors), tensors)
    const upper = { ...wanted, sha256: hash.toUpperCase() }
    await readWeightsFrom({ kind: 'safetensors', place }, upper, context)
  })

  it('must have the hash that is wanted; both are named', async () => {
    const place = put('a.safetensors', file)
    const other = { ...wanted, sha256: 'a'.repeat(64) }
    const reading = readWeightsFrom({ kind: 'safetensors', place }, other, context)
    await assert.rejects(reading, fails('weights_corrupt', new RegExp(`${hash}.*a{64}`)))
  })

  it('must exist and be whole', async () => {
    const read = (place: string) => readWeightsFrom({ kind: 'safetensors', place }, wanted, context)
    await assert.rejects(read(join(root, 'none')), fails('weights_missing', /does not exist/))
    await assert.rejects(read(root), fails('weights_missing', /EISDIR/))
    const cut = put('cut.safetensors', file.subarray(0, -3))
    await assert.rejects(read(cut), fails('weights_corrupt', /cut\.safetensors: .*damaged/))
  })

  it('never fail in another way, whatever the bytes', async () => {
    const damaged = fc
      .tuple(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length))
      .map(([at, byte, length]) => {
        const bytes = file.slice()
        bytes[at] = byte
        return bytes.subarray(0, length)
      })
    await fc.assert(
      fc.asyncProperty(damaged, async (bytes) => {
        const place = put('damaged.safetensors', bytes)
        try {
          await readWeightsFrom({ kind: 'safetensors', place }, wanted, context)
        } catch (error) {
          assert.ok(error instanceof AppError, String(error))
        }
      }),
    )
  })

  it('are downloaded once, into the cache', async () => {
    await withServer(bytesAnswer(file), async (url, requests) => {
      const source = { kind: 'url', place: `${url}/a.safetensors` } as const
      for (let times = 0; times < 2; times++) {
        const loaded = await readWeightsFrom(source, { ...wanted, sha256: hash }, context)
        assert.deepEqual([loaded.weights, loaded.sha256], [source.place, hash])
      }
      assert.equal(requests.length, 1)
      assert.deepEqual(
        new Uint8Array(readFileSync(join(root, 'cache', 'weights', `${hash}.safetensors`))),
        file,
      )
    })
  })

  it('from a URL need a hash, and are refused with another one', async () => {
    await withServer(bytesAnswer(file), async (url, requests) => {
      const source = { kind: 'url', place: `${url}/a.safetensors` } as const
      const unhashed = readWeightsFrom(source, wanted, context)
      await assert.rejects(unhashed, fails('config_conflict', /without model\.weights_sha256/))
      assert.equal(requests.length, 0)
      const other = readWeightsFrom(source, { ...wanted, sha256: 'a'.repeat(64) }, context)
      await assert.rejects(other, (error) => {
        assert.ok(error instanceof AppError && error.code === 'download_failed')
        assert.match(error.details[0]!.message, new RegExp(`${hash}.*a{64}`))
        return true
      })
    })
  })

  it('from a URL that answers an error are an error that says which', async () => {
    const refuse: Answer = (_, response) => response.writeHead(404).end()
    await withServer(refuse, async (url) => {
      const source = { kind: 'url', place: `${url}/a.safetensors` } as const
      const reading = readWeightsFrom(source, { ...wanted, sha256: hash }, context)
      await assert.rejects(reading, (error) => {
        assert.ok(error instanceof AppError && error.code === 'download_failed')
        assert.match(error.details[0]!.message, /404/)
        return true
      })
    })
  })

  it('of a tfjs model may lie in several files', async () => {
    const shards = [...tensors].map(([name, { shape, data }], index) => {
      put(`shard${index}.bin`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      return { paths: [`shard${index}.bin`], weights: [{ name, shape, dtype: 'float32' }] }
    })
    const place = put('model.json', JSON.stringify({ weightsManifest: shards }))
    const loaded = await readWeightsFrom({ kind: 'tfjs', place }, wanted, context)
    assert.equal(loaded.sha256, hashWeights(tensors))
    assert.deepEqual(loaded.tensors.get('fc.bias')?.data, Float32Array.of(5, 6))
    rmSync(join(root, 'shard1.bin'))
    const missing = readWeightsFrom({ kind: 'tfjs', place }, wanted, context)
    await assert.rejects(missing, fails('weights_missing', /shard1\.bin/))
  })

  it('of a tfjs model must be described by valid JSON', async () => {
    const read = (place: string) => readWeightsFrom({ kind: 'tfjs', place }, wanted, context)
    await assert.rejects(read(put('a.json', '{')), fails('weights_corrupt', /not valid JSON/))
    await assert.rejects(read(put('b.json', '[]')), fails('weights_corrupt', /no weights manifest/))
  })

  it('of a run are looked up among the runs', async () => {
    await mkdir(join(root, 'runs'))
    const reading = readWeightsFrom({ kind: 'run', place: 'nope:best' }, wanted, context)
    await assert.rejects(reading, fails('run_not_found', /nope/))
  })
})

async function withServer(
  answer: Answer,
  use: (url: string, requests: readonly unknown[]) => Promise<void>,
): Promise<void> {
  const server = await serve(answer)
  try {
    await use(server.url, server.requests)
  } finally {
    await server.close()
  }
}

function fails(code: ErrorCode, message: RegExp) {
  return (error: unknown) =>
    error instanceof AppError && error.code === code && message.test(error.message)
}
