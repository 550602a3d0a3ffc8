import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { compose, expandSweep } from '../../src/config/api.js'

/** A tree in the manner of Hydra's own tutorial, with an experiment and a second place to search. */
const tree: Readonly<Record<string, string>> = {
  'conf/config.yaml': `defaults:
  - db: mysql
  - schema: school
  - ui: full
  - _self_
  - optional experiment: null

debug: false
url: \${db.driver}://\${oc.env:DB_HOST,localhost}/\${schema.database}
hydra:
  searchpath: [file://more]
`,
  'conf/db/mysql.yaml': 'driver: mysql\nuser: omry\npass: secret\ntimeout: 10\n',
  'conf/db/postgresql.yaml': 'defaults:\n  - mysql\n\ndriver: postgresql\n',
  'conf/schema/school.yaml': 'database: school\ntables:\n  - name: students\n  - name: exams\n',
  'conf/ui/full.yaml': 'windows:\n  create_db: true\n  view: true\n',
  'conf/experiment/fast.yaml':
    '# @package _global_\ndefaults:\n  - override /db: postgresql\n  - override /schema: warehouse\n\ndebug: true\ndb:\n  timeout: 1\n',
  'more/schema/warehouse.yaml': 'database: warehouse\n',
}

describe('config: a Hydra project on disk', () => {
  let cwd: string
  const options = (overrides: readonly string[], env = {}): Parameters<typeof compose>[0] => {
    return { directory: 'conf', configName: 'config', overrides, env, cwd }
  }

  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'atelier-hydra-'))
    for (const [path, text] of Object.entries(tree)) {
      await mkdir(dirname(join(cwd, path)), { recursive: true })
      await writeFile(join(cwd, path), text)
    }
  })

  after(() => rm(cwd, { recursive: true }))

  it('composes unchanged', () => {
    const { config, choices, origins } = compose(options([], { DB_HOST: 'db1' }))
    assert.deepEqual(config, {
      db: { driver: 'mysql', user: 'omry', pass: 'secret', timeout: 10 },
      schema: { database: 'school', tables: [{ name: 'students' }, { name: 'exams' }] },
      ui: { windows: { create_db: true, view: true } },
      debug: false,
      url: 'mysql://db1/school',
    })
    assert.deepEqual(choices, { experiment: null, ui: 'full', schema: 'school', db: 'mysql' })
    assert.deepEqual(origins['db.user'], {
      file: join('conf', 'db', 'mysql.yaml'),
      layer: 'db/mysql',
      line: 2,
      column: 7,
    })
  })

  it('follows an experiment, its overrides of groups and the search path', () => {
    const { config, choices } = compose(options(['experiment=fast', 'db.user=me']))
    assert.deepEqual(choices, {
      experiment: 'fast',
      ui: 'full',
      schema: 'warehouse',
      db: 'postgresql',
    })
    assert.deepEqual(config, {
      db: { driver: 'postgresql', user: 'me', pass: 'secret', timeout: 1 },
      schema: { database: 'warehouse' },
      ui: { windows: { create_db: true, view: true } },
      debug: true,
      url: 'postgresql://localhost/warehouse',
    })
  })

  it('lists the jobs of a sweep over options found in several places', () => {
    const { jobs } = expandSweep(options(['schema=glob(*)', 'db.timeout=1,2']))
    assert.deepEqual(jobs, [
      ['schema=school', 'db.timeout=1'],
      ['schema=school', 'db.timeout=2'],
      ['schema=warehouse', 'db.timeout=1'],
      ['schema=warehouse', 'db.timeout=2'],
    ])
  })

  it('cuts jobs into batches', () => {
    const words = ['db.timeout=range(5)', 'hydra.sweeper.max_batch_size=2']
    assert.deepEqual(expandSweep(options(words)).batches, [2, 2, 1])
  })
})
