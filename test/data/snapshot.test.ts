import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readManifest, writeManifest } from '../../src/data/manifest.js'
import { compareWithManifest, takeSnapshot } from '../../src/data/snapshot.js'
import { quiet } from './describing.js'

describe('snapshots of files', () => {
  let base = ''
  let files = ''
  let manifest = ''

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'snapshot-'))
    files = join(base, 'files')
    manifest = join(base, 'manifest.json')
    await mkdir(join(files, 'inner'), { recursive: true })
    await writeFile(join(files, 'a.bin'), 'one')
    await writeFile(join(files, 'inner', 'b.bin'), 'two')
    await writeFile(join(files, 'inner', '.hidden'), '')
  })

  afterEach(async () => rm(base, { recursive: true, force: true }))

  async function snapshot(paths: readonly string[] = [files]): Promise<void> {
    await writeManifest(manifest, await takeSnapshot(paths, manifest, quiet))
  }

  it('list every file with size and SHA-256, and leave nothing else behind', async () => {
    await snapshot()
    const { root, complete, files: listed } = await readManifest(manifest)
    assert.equal(root, files)
    assert.equal(complete, true)
    assert.deepEqual(
      listed.map(({ path, bytes }) => [path, bytes]),
      [
        ['a.bin', 3],
        ['inner/.hidden', 0],
        ['inner/b.bin', 3],
      ],
    )
    assert.equal(listed[0]!.sha256, createHash('sha256').update('one').digest('hex'))
    assert.deepEqual((await readdir(base)).sort(), ['files', 'manifest.json'])
  })

  it('find what is missing, changed and added', async () => {
    await snapshot()
    await rm(join(files, 'inner', '.hidden'))
    await writeFile(join(files, 'a.bin'), 'ono')
    await writeFile(join(files, 'inner', 'b.bin'), 'longer')
    await writeFile(join(files, 'c.bin'), 'new')
    const found = await compareWithManifest(manifest, undefined, quiet)
    assert.deepEqual(found.missing, ['inner/.hidden'])
    assert.deepEqual(found.added, ['c.bin'])
    assert.deepEqual(
      found.changed.map(({ expected, found: { bytes, sha256 } }) => [
        expected.path,
        bytes,
        sha256 === null,
      ]),
      [
        ['a.bin', 3, false],
        ['inner/b.bin', 6, true],
      ],
    )
    assert.equal(found.same, 0)
  })

  it('move with their files, or are told where these are', async () => {
    manifest = join(files, 'manifest.json')
    await snapshot()
    await rename(files, join(base, 'moved'))
    const moved = join(base, 'moved', 'manifest.json')
    assert.equal((await compareWithManifest(moved, undefined, quiet)).same, 3)
    await rename(moved, join(base, 'elsewhere.json'))
    const elsewhere = join(base, 'elsewhere.json')
    await assert.rejects(compareWithManifest(elsewhere, join(base, 'none'), quiet), {
      code: 'data_missing',
    })
    const found = await compareWithManifest(elsewhere, join(base, 'moved'), quiet)
    assert.deepEqual([found.same, found.added, found.missing], [3, [], []])
  })

  it('of single files say nothing of others', async () => {
    await snapshot([join(files, 'a.bin'), join(files, 'inner', 'b.bin')])
    await rm(join(files, 'a.bin'))
    const found = await compareWithManifest(manifest, undefined, quiet)
    assert.deepEqual(
      { ...found, root: '' },
      { root: '', same: 1, missing: ['a.bin'], changed: [], added: [] },
    )
  })

  it('go on after an interruption with what is hashed already', async () => {
    const big = join(files, 'z.bin')
    await writeFile(big, Buffer.alloc(5 << 20))
    const controller = new AbortController()
    const progress = { ...quiet.progress, update: () => controller.abort() }
    const stopped = takeSnapshot([files], manifest, { progress, signal: controller.signal })
    await assert.rejects(stopped, { code: 'interrupted' })
    const [journal = ''] = (await readdir(base)).filter((name) => name.endsWith('.part'))
    assert.equal(journal, '.manifest.json.snapshot.part')
    const lines: number[] = []
    const counting = { ...quiet.progress, update: (done: number) => void lines.push(done) }
    await takeSnapshot([files], manifest, { progress: counting })
    assert.deepEqual(lines, [1, 2, 3, 4])
    assert.deepEqual((await readdir(base)).sort(), ['files'])
  })

  for (const [what, text] of [
    ['other text', 'no json'],
    ['another record', '{"record_version":1,"kind":"run"}'],
    ['a path out of the root', '"../x"'],
    ['an absolute path', '"/etc/passwd"'],
  ] as const) {
    it(`refuse a manifest with ${what}`, async () => {
      const file = { bytes: 1, sha256: 'a'.repeat(64) }
      const path = text.startsWith('"') ? (JSON.parse(text) as string) : undefined
      const record = { record_version: 1, kind: 'data_snapshot', root: '.', complete: true }
      const content =
        path === undefined ? text : JSON.stringify({ ...record, files: [{ ...file, path }] })
      await writeFile(manifest, content)
      await assert.rejects(readManifest(manifest), { code: 'data_corrupt' })
    })
  }

  it('refuse a manifest of a later version and one that is not there', async () => {
    await writeFile(manifest, '{"record_version":99,"kind":"data_snapshot"}')
    await assert.rejects(readManifest(manifest), { code: 'record_too_new' })
    await assert.rejects(readManifest(join(base, 'none.json')), { code: 'data_missing' })
  })
})
