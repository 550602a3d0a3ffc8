import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrainConfig } from '../../src/spec/types.gen.js'
import { atelier, root } from '../cli.js'

describe('the command line', () => {
  let cwd = ''
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'atelier-shell-'))))
  afterEach(() => rmSync(cwd, { recursive: true }))

  /** What a command line is refused with, which must be the same with `--json`. */
  async function refused(words: string[], code: number) {
    const [plain, machine] = await Promise.all([
      atelier(words, { cwd }),
      atelier([...words, '--json'], { cwd }),
    ])
    assert.equal(plain.code, code, plain.stderr)
    assert.equal(plain.stdout, '')
    assert.equal(machine.code, code)
    const { error, status } = machine.json
    assert.equal(status, 'error')
    assert.ok(error)
    assert.equal(error.exit, code)
    assert.ok(plain.stderr.includes(error.message))
    return error
  }

  it('prints help without words, for --help, for help, and for a topic alone', async () => {
    const [none, flag, word] = await Promise.all([
      atelier([]),
      atelier(['--help']),
      atelier(['help']),
    ])
    assert.match(none.stdout, /sql-export +Export the product catalog/)
    assert.equal(none.code, 0)
    assert.equal(flag.stdout, none.stdout)
    assert.equal(word.stdout, none.stdout)
    const [topic, command, codes] = await Promise.all([
      atelier(['config']),
      atelier(['config', 'show', 'model=cnn', '--help']),
      atelier(['help', 'exit-codes']),
    ])
    assert.match(topic.stdout, /config show/)
    assert.match(command.stdout, /--config-dir=DIR/)
    assert.match(codes.stdout, /130 +interrupted/)
  })

  it('prints its version', async () => {
    const { stdout, code } = await atelier(['--version'], { program: 'run.js' })
    assert.match(stdout, /^atelier\/\d+\.\d+\.\d+ \S+ node-v\d+/)
    assert.equal(code, 0)
    const { json } = await atelier(['--version', '--json'], { program: 'run.js' })
    assert.equal(json.command, 'version')
  })

  it('names a package.json that cannot be read', async () => {
    writeFileSync(join(cwd, 'package.json'), '{bad')
    const { code, message } = await refused(['config', 'show'], 3)
    assert.equal(code, 'settings_invalid')
    assert.match(message, /package\.json is neither valid JSON nor YAML/)
  })

  it('refuses unknown commands with the nearest one', async () => {
    assert.deepEqual((await refused(['trian'], 2)).suggestions, ['train'])
    assert.equal((await refused(['trian'], 2)).code, 'unknown_command')
    assert.deepEqual((await refused(['config', 'shwo'], 2)).suggestions, ['config show'])
    assert.match((await refused(['model=cnn'], 2)).hint ?? '', /atelier train model=cnn/)
  })

  it('refuses unknown flags with the nearest one, and flags without their value', async () => {
    const error = await refused(['config', 'show', '--quite'], 2)
    assert.deepEqual([error.code, error.suggestions], ['usage', ['--quiet']])
    assert.match((await refused(['config', 'show', '--config-dir'], 2)).message, /expects a value/)
    assert.match((await refused(['runs', 'list', '--quiet=1'], 2)).message, /takes no value/)
    const missing = await refused(['config', 'show', '--config-dir', 'nowhere'], 2)
    assert.match(missing.message, /--config-dir nowhere/)
  })

  it('takes words anywhere, --delete like ~, and flags before -- only', async () => {
    const { json } = await atelier(
      [
        ...['config', 'show', '--json', 'optimizer.lr=0.5', '--quiet', 'train', 'model=cnn'],
        ...['--delete', 'run.tags', '+run.tags=[x]', '--', 'seed=7'],
      ],
      { cwd },
    )
    assert.equal(json.command, 'config show')
    const { config } = json.result as { config: TrainConfig }
    const { model, optimizer, seed, run } = config
    assert.deepEqual([model.name, optimizer.lr, seed, run.tags], ['cnn', 0.5, 7, ['x']])
  })

  it('locates what is wrong with a word or a config file', async () => {
    const typed = await refused(['config', 'show', 'model=cnn', 'optimizer.lrr=1'], 3)
    assert.deepEqual(typed.suggestions, ['lr'])
    assert.equal(typed.location?.column, 11)
    mkdirSync(join(cwd, 'conf', 'optimizer'), { recursive: true })
    writeFileSync(join(cwd, 'conf', 'optimizer', 'mine.yaml'), 'name: adam\nlr: fast\n')
    const words = ['config', 'show', 'optimizer=mine', '--config-dir', 'conf']
    const written = await refused(words, 3)
    assert.match(written.location?.file ?? '', /conf\/optimizer\/mine\.yaml$/)
    assert.equal(written.location?.line, 2)
  })

  it('exports the catalog to stdout, to a file, and in an envelope', async () => {
    const [rows, machine, file] = await Promise.all([
      atelier(['sql-export'], { cwd }),
      atelier(['sql-export', 'format=json', '--json'], { cwd }),
      atelier(['sql-export', 'output=out.csv', 'format=csv'], { cwd }),
    ])
    assert.match(rows.stdout, /^product_id,title,image_url,description\n1,Product 1,/)
    assert.match(rows.stderr, /embedded sample/)
    assert.equal((machine.json.result as { products: number }).products, 5)
    assert.match(file.stdout, /^6 rows of 5 products[^]*\nout\.csv: /)
    assert.equal((await refused(['sql-export', 'database.url=gone.db'], 4)).code, 'database_failed')
    const blocked = await refused(['sql-export', 'output=out.csv/below.csv'], 8)
    assert.equal(blocked.code, 'output_unwritable')
  })

  it('reports a full disk behind stdout', function () {
    if (process.platform !== 'linux') this.skip()
    const full = openSync('/dev/full', 'w')
    const words = [join(root, 'bin', 'dev.js'), 'config', 'show']
    const { status, stderr } = spawnSync(process.execPath, words, {
      stdio: ['ignore', full, 'pipe'],
    })
    closeSync(full)
    assert.equal(status, 8)
    assert.match(stderr.toString(), /disk is full/)
  })
})
