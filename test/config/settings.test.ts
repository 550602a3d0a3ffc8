import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings, loadSettings } from '../../src/config/settings.js'

describe('config: settings', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'atelier-settings-'))
    await mkdir(join(root, 'below'))
  })

  afterEach(() => rm(root, { recursive: true }))

  it('are the defaults where there is no file', async () => {
    await writeFile(join(root, 'package.json'), '{"name":"x"}')
    assert.deepEqual(await loadSettings(root), defaultSettings)
  })

  it('are found above the working directory, with paths relative to the file', async () => {
    await writeFile(
      join(root, '.atelierrc.yaml'),
      'config_directories: [conf]\noverrides: [seed=1]\nmodules: [./sets.js]\n',
    )
    await writeFile(join(root, 'package.json'), '{"name":"x"}')
    const settings = await loadSettings(join(root, 'below'))
    assert.deepEqual(settings, {
      config_directories: [join(root, 'conf')],
      overrides: ['seed=1'],
      run_root: null,
      cache_directory: null,
      modules: [join(root, 'sets.js')],
    })
  })

  it('may stand in package.json', async () => {
    await writeFile(join(root, 'package.json'), '{"name":"x","atelier":{"run_root":"out"}}')
    assert.equal((await loadSettings(root)).run_root, join(root, 'out'))
  })

  it('name an unknown or wrong setting with its place', async () => {
    const file = join(root, '.atelierrc.yaml')
    await writeFile(file, 'run_root: out\nconfig_directory: [conf]\n')
    await assert.rejects(loadSettings(root), {
      code: 'settings_invalid',
      suggestions: ['config_directories', 'cache_directory'],
      location: { file, line: 2, column: 1, layer: 'settings' },
    })
    await writeFile(file, 'overrides: 3\n')
    await assert.rejects(loadSettings(root), { code: 'settings_invalid', message: /overrides/ })
    await writeFile(file, 'overrides: [\n')
    await assert.rejects(loadSettings(root), { code: 'config_syntax' })
  })
})
