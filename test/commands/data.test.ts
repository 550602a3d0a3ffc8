import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { atelier } from '../cli.js'

const small = ['data.train_size=60', 'data.test_size=10', 'split=random']

describe('the data commands', function () {
  this.timeout(60_000)
  let cwd = ''
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'atelier-data-'))))
  afterEach(() => rmSync(cwd, { recursive: true }))

  function run(...words: string[]) {
    return atelier(['data', ...words], { cwd, env: { XDG_CACHE_HOME: join(cwd, 'cache') } })
  }

  it('describe what `train` would use, and write only where they are told to', async () => {
    const [short, whole] = await Promise.all([
      run('describe', ...small),
      run('describe', ...small, 'labels=garment_groups', 'out=described', '--json'),
    ])
    assert.equal(short.code, 0, short.stderr)
    assert.match(short.stdout, /^images {4}54 train, 6 val, 10 test$/m)
    assert.match(short.stdout, /Nothing is written/)
    const result = whole.json.result as { directory: string; labels: { name: string }[] }
    assert.equal(result.directory, join(cwd, 'described'))
    assert.equal(result.labels.length, 5)
    assert.ok(existsSync(join(cwd, 'described', 'index.html')))
  })

  it('describe image folders as they are on disk, and what no split can be made of', async () => {
    for (const [name, count, size] of [
      ['cat', 2, 40],
      ['dog', 1, 30],
    ] as const) {
      mkdirSync(join(cwd, 'pets', name), { recursive: true })
      for (let k = 0; k < count; k++) {
        const create = { width: size + k, height: 20, channels: 3, background: '#246' } as const
        const file = join(cwd, 'pets', name, `${k}.jpg`)
        await sharp({ create }).jpeg().toFile(file)
      }
    }
    const words = ['data=image_folder', 'data.source=pets', 'data.resize.size=[8,8]', '--json']
    const { json, code, stderr } = await run('describe', ...words)
    assert.equal(code, 0, stderr)
    const { sources, findings, images } = json.result as {
      sources: { files: number; widths: unknown; formats: unknown }
      findings: string[]
      images: { train: number }
    }
    assert.equal(images.train, 3)
    assert.equal(sources.files, 3)
    assert.deepEqual(sources.widths, { min: 30, max: 41 })
    assert.deepEqual(sources.formats, { jpeg: 3 })
    assert.ok(json.warnings.some((warning) => warning.includes('no image is set aside')))
    assert.ok(findings.includes('Only one training image of dog.'))
  })

  it('refuse to replace a directory of the user', async () => {
    mkdirSync(join(cwd, 'mine'))
    writeFileSync(join(cwd, 'mine', 'thesis.tex'), '')
    const { code, stderr } = await run('describe', ...small, 'out=mine')
    assert.equal(code, 8, stderr)
    assert.match(stderr, /thesis\.tex/)
    assert.ok(existsSync(join(cwd, 'mine', 'thesis.tex')))
  })

  it('preview an augmentation as a picture', async () => {
    const [drawn, wrong, ending] = await Promise.all([
      run('preview', ...small, 'augmentation=challenge', 'images=3', 'epochs=2', '--json'),
      run('preview', ...small, 'images=many'),
      run('preview', ...small, 'out=preview.jpg'),
    ])
    assert.equal(drawn.code, 0, drawn.stderr)
    const result = drawn.json.result as { transforms: string[]; epochs: number; path: string }
    assert.equal(result.transforms.length, 10)
    assert.equal(result.epochs, 2)
    const { width, format } = await sharp(readFileSync(result.path)).metadata()
    assert.equal(format, 'png')
    assert.ok(width > 400)
    assert.deepEqual([wrong.code, ending.code], [2, 2])
  })

  it('say what a data set needs, before and after fetching it', async () => {
    const environment = { XDG_CACHE_HOME: join(cwd, 'cache'), FASHION_DIR: '' }
    const options = { cwd, env: environment }
    const words = ['data', 'fetch', 'data=fashion_mnist', '--dry-run', '--json']
    const [planned, fetched, missing] = await Promise.all([
      atelier(words, options),
      run('fetch', ...small),
      run('fetch', 'data=pixel_csv', 'data.path=none.csv'),
    ])
    const { places } = planned.json.result as { places: { from: string; state: string }[] }
    assert.equal(places.length, 4)
    assert.ok(places.every(({ state, from }) => state === 'to download' && from.endsWith('.gz')))
    assert.match(fetched.stdout, /60 training and 10 test images/)
    assert.equal(missing.code, 4)
    assert.ok(!existsSync(join(cwd, 'cache')))
  })

  it('snapshot files and verify them, with exit code 4 for differences', async () => {
    mkdirSync(join(cwd, 'files'))
    writeFileSync(join(cwd, 'files', 'a.txt'), 'one')
    assert.equal((await run('snapshot', 'files')).code, 0)
    assert.equal((await run('verify', 'manifest.json')).code, 0)
    writeFileSync(join(cwd, 'files', 'a.txt'), 'two')
    writeFileSync(join(cwd, 'files', 'b.txt'), '')
    const [{ code, stdout, stderr }, both, none] = await Promise.all([
      run('verify', 'manifest.json'),
      run('snapshot', 'files', 'data=idx'),
      run('snapshot'),
    ])
    assert.equal(code, 4)
    assert.match(stdout, /changed {2}a\.txt {2}other content\nadded {4}b\.txt/)
    assert.match(stderr, /1 changed, 1 added/)
    assert.deepEqual([both.code, none.code], [2, 2])
  })

  it('stop cleanly at Ctrl-C, and go on from there', async () => {
    mkdirSync(join(cwd, 'files'))
    for (let k = 0; k < 8; k++) {
      const file = join(cwd, 'files', `${k}`)
      writeFileSync(file, '')
      truncateSync(file, 64 << 20)
    }
    const words = ['data', 'snapshot', 'files']
    const { code, stderr } = await atelier(words, {
      cwd,
      meanwhile: (child) => {
        const watch = setInterval(() => {
          if (!existsSync(join(cwd, '.manifest.json.snapshot.part'))) return
          clearInterval(watch)
          child.kill('SIGINT')
        }, 2)
        child.on('close', () => clearInterval(watch))
      },
    })
    assert.equal(code, 130, stderr)
    assert.match(stderr, /goes on from there/)
    assert.ok(!existsSync(join(cwd, 'manifest.json')))
    assert.equal((await atelier(words, { cwd })).code, 0)
    assert.ok(!existsSync(join(cwd, '.manifest.json.snapshot.part')))
  })
})
