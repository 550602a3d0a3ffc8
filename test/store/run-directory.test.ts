import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import { specHash } from '../../src/spec/run-spec.js'
import {
  checkpointOf,
  findRuns,
  resolveCheckpoint,
  resolveRun,
} from '../../src/store/references.js'
import { removeRun } from '../../src/store/remove-run.js'
import {
  checkResumable,
  readSpec,
  readStatus,
  RunDirectory,
} from '../../src/store/run-directory.js'
import { summarizeRun } from '../../src/store/run-summary.js'
import { exampleSpec } from '../fixtures.js'

describe('run directory', () => {
  const clock = () => Date.now()
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'atelier-runs-'))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  const specIn = (directory: string) =>
    exampleSpec({ run: { root: directory, tags: [], note: null } })
  const create = () => RunDirectory.create(specIn(root), { words: [] }, clock)

  it('is named by time and spec hash and holds spec, lock, status and journal at once', async () => {
    const run = await create()
    const hash = specHash(specIn(root))
    assert.match(run.id, new RegExp(`^\\d{8}-\\d{6}-${hash.slice(0, 8)}-[0-9a-f]{4}$`))
    assert.deepEqual((await readdir(run.path)).sort(), [
      'events.jsonl',
      'lock',
      'metrics.jsonl',
      'spec.json',
      'spec.lock.json',
      'status.json',
    ])
    assert.deepEqual(await readSpec(run.path), specIn(root))
    assert.equal((await readStatus(run.path))?.state, 'running')
    run.close()
  })

  it('gives the same spec hash wherever the run is kept, another for another seed', () => {
    assert.equal(specHash(specIn('a')), specHash(specIn('b')))
    assert.notEqual(specHash(specIn('a')), specHash({ ...specIn('a'), seed: 1 }))
  })

  it('journals events with a version, and keeps wall times out of metrics.csv', async () => {
    const run = await create()
    const metrics = {
      epoch: 1,
      learning_rate: 0.001,
      train_loss: 0.1 + 0.2,
      train_accuracy: 0.5,
      val_loss: null,
      val_accuracy: null,
    }
    run.record({ kind: 'epoch', metrics, seconds: 1.5, images_per_second: 10 })
    await run.writeMetrics([metrics])
    await run.finish('succeeded', null, null)
    const text = await readFile(join(run.path, 'events.jsonl'), 'utf8')
    const { at, ...event } = JSON.parse(text) as Record<string, unknown>
    assert.match(String(at), /^\d{4}-\d\d-\d\dT/)
    assert.deepEqual(event, {
      record_version: 1,
      kind: 'epoch',
      metrics,
      seconds: 1.5,
      images_per_second: 10,
    })
    assert.equal(
      await readFile(join(run.path, 'metrics.csv'), 'utf8'),
      'epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy\n' +
        '1,0.001,0.30000000000000004,0.5,,\n',
    )
    assert.equal((await readStatus(run.path))?.state, 'succeeded')
  })

  it('is stale when its process is gone without a word', async () => {
    const run = await create()
    assert.equal((await summarizeRun(run.path, clock)).state, 'running')
    run.close()
    assert.equal((await summarizeRun(run.path, clock)).state, 'stale')
    const again = await RunDirectory.reopen(run.path, clock)
    assert.equal(again.attempt, 2)
    await again.finish('failed', null, new AppError('run_failed', 'why'))
    assert.deepEqual((await summarizeRun(run.path, clock)).error, {
      code: 'run_failed',
      message: 'why',
    })
  })

  it('refuses a status that a newer version wrote', async () => {
    const run = await create()
    run.close()
    await writeFile(join(run.path, 'status.json'), '{"record_version": 99}')
    await assert.rejects(readStatus(run.path), { code: 'record_too_new' })
  })

  it('reports a run root that cannot be written', async function () {
    await writeFile(join(root, 'file'), '')
    const inFile = RunDirectory.create(specIn(join(root, 'file')), {}, clock)
    await assert.rejects(inFile, { code: 'output_unwritable' })
    if (process.getuid?.() === 0) return
    await mkdir(join(root, 'closed'))
    await chmod(join(root, 'closed'), 0o500)
    const inClosed = RunDirectory.create(specIn(join(root, 'closed')), {}, clock)
    await assert.rejects(inClosed, { code: 'output_unwritable' })
  })

  it('leaves no directory behind when its first files cannot be written', async () => {
    const unprintable = { words: 1n }
    await assert.rejects(RunDirectory.create(specIn(root), unprintable, clock))
    assert.deepEqual(await readdir(join(root, 'default')), [])
  })

  it('is not opened again once it has succeeded, and the lock is let go', async () => {
    const run = await create()
    await assert.rejects(checkResumable(run.path, clock), { code: 'run_busy' })
    await run.finish('succeeded', null, null)
    await assert.rejects(checkResumable(run.path, clock), { code: 'run_finished' })
    await assert.rejects(RunDirectory.reopen(run.path, clock), { code: 'run_finished' })
    assert(!(await readdir(run.path)).includes('lock'))
  })

  it('is summarized as damaged when its records cannot be read', async () => {
    const run = await create()
    await run.finish('succeeded', null, null)
    const file = join(run.path, 'spec.json')
    for (const text of ['{}', 'null', '{"data":', '{"data":{},"labels":{}}']) {
      await writeFile(file, text)
      const { state, error, experiment } = await summarizeRun(run.path, clock)
      assert.deepEqual([state, error?.code, experiment], ['damaged', 'run_corrupt', 'default'])
      await assert.rejects(readSpec(run.path), { code: 'run_corrupt' })
    }
    await removeRun(run.path, clock)
  })

  describe('references', () => {
    it('find a run by id, unique prefix, latest and path', async () => {
      const first = await create()
      first.close()
      await new Promise((resolve) => setTimeout(resolve, 20))
      const second = await create()
      second.close()
      for (const reference of [first.id, first.path]) {
        assert.equal(await resolveRun(reference, root), first.path)
      }
      assert.equal(await resolveRun('latest', root), second.path)
      const prefix = second.id.slice(0, -1)
      if (!first.id.startsWith(prefix)) assert.equal(await resolveRun(prefix, root), second.path)
      assert.deepEqual(await findRuns(root), [first.path, second.path])
    })

    it('list the candidates when several match, and the nearest when none does', async () => {
      const runs = [await create(), await create()]
      for (const run of runs) run.close()
      await assert.rejects(resolveRun('20', root), (error) => {
        assert(error instanceof AppError && error.code === 'run_ambiguous')
        assert.deepEqual([...error.suggestions].sort(), runs.map(({ id }) => id).sort())
        return true
      })
      await assert.rejects(resolveRun('nothing', root), { code: 'run_not_found', exit: 4 })
      await assert.rejects(resolveRun('latest', join(root, 'empty')), { code: 'run_not_found' })
    })

    it('take best by default, last where there is no best, and what is asked for', async () => {
      const run = await create()
      run.close()
      await assert.rejects(resolveCheckpoint(run.id, root), { code: 'run_not_found' })
      const make = async (name: string) => {
        await mkdir(join(run.path, 'checkpoints', name), { recursive: true })
        await writeFile(join(run.path, 'checkpoints', name, 'model.json'), '{}')
      }
      await make('last')
      assert.equal((await checkpointOf(run.path, undefined)).name, 'last')
      await make('best')
      assert.equal((await resolveCheckpoint(run.id, root)).name, 'best')
      assert.equal((await resolveCheckpoint(`${run.id}:last`, root)).name, 'last')
      await assert.rejects(resolveCheckpoint(`${run.id}:step-7`, root), { code: 'run_not_found' })
      const file = join(run.path, 'checkpoints', 'last', 'model.json')
      assert.deepEqual(await resolveCheckpoint(file, root), {
        directory: join(run.path, 'checkpoints', 'last'),
        run: run.path,
        name: 'last',
      })
    })
  })

  it('is removed whole, but not under a process that works on it', async () => {
    const run = await create()
    await assert.rejects(removeRun(run.path, clock), { code: 'run_busy' })
    run.close()
    await removeRun(run.path, clock)
    assert.deepEqual(await findRuns(root), [])
    assert.deepEqual(await readdir(join(root, 'default')), [])
    assert.equal(basename(run.path), run.id)
  })

  it('is not taken for any directory with a spec.json in it', async () => {
    await mkdir(join(root, 'project'))
    await writeFile(join(root, 'project', 'spec.json'), '{"openapi": "3.1.0"}')
    await assert.rejects(removeRun(join(root, 'project'), clock), { code: 'run_corrupt' })
    assert.deepEqual(await readdir(join(root, 'project')), ['spec.json'])
  })
})
