import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compose } from '../src/config/api.js'
import { defaultSettings } from '../src/config/settings.js'
import { planSweep } from '../src/sweep/plan.js'
import { median } from './median.js'

/** Eight files: a root, three groups of two options, and an experiment. */
const files = {
  'config.yaml':
    'defaults:\n  - db: mysql\n  - server: apache\n  - schema: school\n  - _self_\nname: app\nurl: ${db.driver}://${db.user}@${server.host}:${server.port}\n',
  'db/mysql.yaml': 'driver: mysql\nuser: omry\npassword: secret\npool: {min: 1, max: 10}\n',
  'db/postgresql.yaml': 'driver: postgresql\nuser: postgres\npassword: drowssap\ntimeout: 10\n',
  'server/apache.yaml': 'host: localhost\nport: 443\nmodules: [ssl, rewrite]\n',
  'server/nginx.yaml': 'host: localhost\nport: 80\nworkers: 4\n',
  'schema/school.yaml': 'tables:\n  students: {fields: [name, age]}\n  exams: {fields: [date]}\n',
  'schema/support.yaml': 'tables:\n  cases: {fields: [id, text]}\n',
  'experiment/fast.yaml':
    '# @package _global_\ndefaults:\n  - override /db: postgresql\n  - override /server: nginx\nname: fast\n',
}

const overrides = ['+experiment=fast', 'server.port=8080', '+db.extra=1']

const grids = [
  { jobs: 1000, goal: 1, limit: Infinity },
  { jobs: 10_000, goal: 10, limit: 500 },
] as const

/** Times composing in a warm process, and planning grids in a process each, so that each one's memory is its own. */
export async function benchConfig(print: (line: string) => void): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < 300; round++) {
    const start = performance.now()
    compose({ files, configName: 'config', overrides })
    times.push(performance.now() - start)
  }
  print(`compose, a tree of 8 files, warm: ${median(times.slice(100)).toFixed(2)} ms (goal 5 ms)`)
  for (const { jobs, goal, limit } of grids) {
    const runs = [await planApart(jobs), await planApart(jobs), await planApart(jobs)]
    const seconds = Math.min(...runs.map((run) => run.seconds))
    const megabytes = Math.max(...runs.map((run) => run.megabytes))
    const memory = limit === Infinity ? '' : ` (goal ${limit} MB)`
    print(
      `planning a grid of ${jobs} jobs: ${seconds.toFixed(2)} s, best of 3 (goal ${goal} s), ` +
        `peak memory ${megabytes.toFixed(0)} MB${memory}`,
    )
  }
}

interface Cost {
  readonly seconds: number
  readonly megabytes: number
}

async function planApart(jobs: number): Promise<Cost> {
  const words = ['--import', 'tsx', fileURLToPath(import.meta.url), String(jobs)]
  const { stdout } = await promisify(execFile)(process.execPath, words)
  return JSON.parse(stdout) as Cost
}

function plan(jobs: number): Cost {
  const context = { cwd: process.cwd(), env: {}, settings: defaultSettings }
  const rates = Array.from({ length: jobs / 20 }, (_, index) => (index + 1) / 100_000)
  const words = [
    'model=mlp,cnn',
    'optimizer=adam,sgd',
    'labels=classes,garment_groups',
    `optimizer.lr=${rates.slice(0, jobs / 40).join(',')}`,
    'seed=1,2,3,4,5',
  ]
  const start = performance.now()
  const { trials } = planSweep(words, context)
  const seconds = (performance.now() - start) / 1000
  if (trials.length !== jobs) throw new Error(`planned ${trials.length} jobs`)
  return { seconds, megabytes: process.resourceUsage().maxRSS / 1024 }
}

const [asked] = process.argv.slice(2)
if (process.argv[1] === fileURLToPath(import.meta.url) && asked !== undefined) {
  process.stdout.write(JSON.stringify(plan(Number(asked))))
}
