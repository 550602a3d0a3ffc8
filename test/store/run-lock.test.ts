import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isHeld, RunLock, staleAfterMilliseconds } from '../../src/store/run-lock.js'

describe('run lock', () => {
  const clock = () => Date.now()
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'atelier-lock-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  const writeHolder = (pid: number, host = hostname()) =>
    writeFile(join(directory, 'lock'), JSON.stringify({ pid, host, started_at: '' }))

  it('is held until released, by one holder only', () => {
    const lock = RunLock.acquire(directory, clock)
    assert.equal(isHeld(directory, clock), true)
    assert.throws(() => RunLock.acquire(directory, clock), { code: 'run_busy' })
    lock.release()
    assert.equal(isHeld(directory, clock), false)
    RunLock.acquire(directory, clock).release()
  })

  it('names what it stands for: the directory, or another output in it', () => {
    const lock = RunLock.acquire(directory, clock, 'a.csv.lock')
    assert.throws(() => RunLock.acquire(directory, clock, 'a.csv.lock'), {
      message: new RegExp(`working on ${join(directory, 'a.csv')}$`),
    })
    lock.release()
  })

  it('is taken over from a dead process, and leaves nothing of it behind', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    await writeHolder(pid)
    assert.equal(isHeld(directory, clock), false)
    const lock = RunLock.acquire(directory, clock)
    assert.deepEqual(await readdir(directory), ['lock'])
    lock.release()
  })

  it('is respected on another host until its heartbeat stops', async () => {
    await writeHolder(1, 'another-host')
    assert.equal(isHeld(directory, clock), true)
    const long = (Date.now() - staleAfterMilliseconds - 1000) / 1000
    await utimes(join(directory, 'lock'), long, long)
    assert.equal(isHeld(directory, clock), false)
  })

  it('is not taken from a process that has taken it over in the meantime', async () => {
    const path = join(directory, 'lock')
    await writeHolder(1, 'another-host')
    const long = (Date.now() - staleAfterMilliseconds - 1000) / 1000
    await utimes(path, long, long)
    const winner = JSON.stringify({ pid: process.ppid, host: hostname(), started_at: 'now' })
    const clockOfTheSlower = () => {
      writeFileSync(path, winner)
      return Date.now()
    }
    assert.throws(() => RunLock.acquire(directory, clockOfTheSlower), { code: 'run_busy' })
    assert.deepEqual(await readdir(directory), ['lock'])
    assert.equal(await readFile(path, 'utf8'), winner)
  })

  it('survives a lock file that a crash left empty', async () => {
    await writeFile(join(directory, 'lock'), '')
    const long = (Date.now() - staleAfterMilliseconds - 1000) / 1000
    await utimes(join(directory, 'lock'), long, long)
    RunLock.acquire(directory, clock).release()
  })
})
