import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import {
  currentDirectory,
  LineFile,
  makeDirectories,
  readJson,
  recoverDirectory,
  replaceDirectory,
  writeFileAtomic,
  writeJson,
} from '../../src/core/files.js'

describe('files', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'atelier-files-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('replaces a file whole and leaves no temporary one', async () => {
    const path = join(directory, 'deep', 'file.txt')
    await writeFileAtomic(path, 'old')
    await writeFileAtomic(path, 'new')
    assert.equal(await readFile(path, 'utf8'), 'new')
    assert.deepEqual(await readdir(join(directory, 'deep')), ['file.txt'])
  })

  it('names the path and the exit code when it cannot write', async () => {
    await writeFile(join(directory, 'file'), '')
    await assert.rejects(writeFileAtomic(join(directory, 'file', 'below'), 'x'), (error) => {
      assert(error instanceof AppError)
      assert.equal(error.code, 'output_unwritable')
      assert.equal(error.exit, 8)
      assert.match(error.message, /file\/below/)
      return true
    })
  })

  it('gives up at once where a file system makes no new directories', async function () {
    if (process.platform !== 'linux') this.skip()
    await assert.rejects(writeFileAtomic('/proc/none/file', 'x'), { code: 'output_unwritable' })
    await assert.rejects(makeDirectories('/proc/none/below'), { code: 'ENOENT' })
  })

  it('makes directories that others make at the same time', async () => {
    const path = join(directory, 'a', 'b', 'c')
    await Promise.all([makeDirectories(path), makeDirectories(path), makeDirectories(path)])
    assert.deepEqual(await readdir(join(directory, 'a', 'b')), ['c'])
  })

  it('refuses names that are too long', async () => {
    const path = join(directory, 'n'.repeat(300))
    await assert.rejects(writeFileAtomic(path, 'x'), { code: 'output_unwritable' })
  })

  it('replaces no device', async function () {
    if (process.platform !== 'linux') this.skip()
    await assert.rejects(writeFileAtomic('/dev/null', 'x'), { code: 'output_unwritable' })
    assert((await stat('/dev/null')).isCharacterDevice())
  })

  it('begins a new line after one that was cut', async () => {
    const path = join(directory, 'lines')
    await writeFile(path, '1\n2 is cu')
    const lines = new LineFile(path)
    lines.append('3')
    lines.append('4')
    lines.close()
    assert.equal(await readFile(path, 'utf8'), '1\n2 is cu\n3\n4\n')
  })

  it('reports a full disk as such', function () {
    if (process.platform !== 'linux') this.skip()
    const lines = new LineFile('/dev/full')
    assert.throws(() => lines.append('x'), { code: 'disk_full', exit: 8 })
  })

  it('reads JSON, an absent file as undefined, a broken one as corrupt', async () => {
    const path = join(directory, 'value.json')
    assert.equal(await readJson(path), undefined)
    await writeJson(path, { a: [1, null] })
    assert.deepEqual(await readJson(path), { a: [1, null] })
    await writeFile(path, '{"a":')
    await assert.rejects(readJson(path), { code: 'run_corrupt' })
    assert.equal(await readJson(join(path, 'below')), undefined)
    await assert.rejects(readJson(directory), { code: 'run_corrupt', message: /EISDIR/ })
  })

  it('replaces a directory whole', async () => {
    const path = join(directory, 'checkpoint')
    for (const text of ['one', 'two']) {
      await replaceDirectory(path, (fresh) => writeFile(join(fresh, text), text))
    }
    assert.deepEqual(await readdir(path), ['two'])
    assert.deepEqual(await readdir(directory), ['checkpoint'])
  })

  it('keeps the old directory when filling the new one fails', async () => {
    const path = join(directory, 'checkpoint')
    await replaceDirectory(path, (fresh) => writeFile(join(fresh, 'one'), ''))
    const failure = replaceDirectory(path, () => Promise.reject(new Error('half-way')))
    await assert.rejects(failure, /half-way/)
    assert.deepEqual(await readdir(path), ['one'])
    assert.deepEqual(await readdir(directory), ['checkpoint'])
  })

  it('recovers from a crash between the two renames of a replacement', async () => {
    const path = join(directory, 'checkpoint')
    await replaceDirectory(path, (fresh) => writeFile(join(fresh, 'one'), ''))
    await rename(path, join(directory, '.checkpoint.retired'))
    assert.deepEqual(await readdir(await currentDirectory(path)), ['one'])
    assert.deepEqual(await readdir(directory), ['.checkpoint.retired'])
    await recoverDirectory(path)
    assert.deepEqual(await readdir(path), ['one'])
    await recoverDirectory(path)
    assert.deepEqual(await readdir(directory), ['checkpoint'])
  })
})
