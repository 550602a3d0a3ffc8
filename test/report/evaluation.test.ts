import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import { writeEvaluation } from '../../src/report/evaluation.js'
import { makeEvaluation, parseCsv } from './evaluations.js'

const classes = ['T-shirt/top', 'Trouser', 'Ankle "boot", long']

describe('writeEvaluation', () => {
  let parent: string
  let directory: string

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'evaluation-'))
    directory = join(parent, 'eval', 'test-12345678')
  })

  afterEach(async () => rm(parent, { recursive: true, force: true }))

  it('writes every file of an evaluation and nothing else', async () => {
    await writeEvaluation(directory, makeEvaluation(20, classes))
    assert.deepEqual((await readdir(directory)).sort(), [
      'confusion.csv',
      'confusion.png',
      'confusion.svg',
      'confusion.vl.json',
      'metrics.json',
      'per_class.csv',
      'predictions.csv',
    ])
    assert.deepEqual(await readdir(join(parent, 'eval')), ['test-12345678'])
  })

  it('records the figures it returns, in snake case and versioned', async () => {
    const report = await writeEvaluation(directory, makeEvaluation(20, classes))
    const record = await readRecord(join(directory, 'metrics.json'))
    assert.equal(record['record_version'], 1)
    assert.equal(record['accuracy'], 0.8)
    assert.equal(record['accuracy'], report.accuracy)
    assert.equal(record['weighted_f1'], report.weighted.f1)
    assert.equal(record['macro_recall'], report.macro.recall)
    assert.equal(record['errors'], 4)
    assert.deepEqual(record['checkpoint'], makeEvaluation(1, classes).checkpoint)
    assert.ok(allKeys(record).every((key) => /^[a-z0-9_]+$/.test(key)))
  })

  it('writes a prediction per image, by class name and source index', async () => {
    const evaluation = makeEvaluation(4321, classes)
    await writeEvaluation(directory, evaluation)
    const [header, ...rows] = parseCsv(await readFile(join(directory, 'predictions.csv'), 'utf8'))
    assert.deepEqual(header, ['index', 'truth', 'prediction', 'confidence', ...classes])
    assert.equal(rows.length, 4321)
    for (const [at, row] of rows.entries()) {
      const answer = evaluation.predicted[at]!
      assert.equal(Number(row[0]), evaluation.indices[at])
      assert.equal(row[1], classes[evaluation.truth[at]!])
      assert.equal(row[2], classes[answer])
      assert.equal(row[3], row[4 + answer])
      const shares = row.slice(4).map((text) => Math.fround(Number(text)))
      assert.deepEqual(shares, [...evaluation.probabilities.subarray(3 * at, 3 * at + 3)])
    }
  })

  it('writes the confusion matrix with actual rows and predicted columns', async () => {
    const evaluation = makeEvaluation(20, classes)
    const report = await writeEvaluation(directory, evaluation)
    const [header, ...rows] = parseCsv(await readFile(join(directory, 'confusion.csv'), 'utf8'))
    assert.deepEqual(header, ['actual\\predicted', ...classes])
    assert.deepEqual(
      rows.map(([name]) => name),
      classes,
    )
    assert.deepEqual(
      rows.flatMap(([, ...counts]) => counts.map(Number)),
      [...report.confusion.counts],
    )
    const perClass = parseCsv(await readFile(join(directory, 'per_class.csv'), 'utf8'))
    assert.deepEqual(
      perClass.slice(1).map(([name, support]) => [name, Number(support)]),
      report.classes.map(({ name, support }) => [name, support]),
    )
  })

  it('keeps a class name from becoming a spreadsheet formula', async () => {
    const names = ['=HYPERLINK("x")', '+1', '-a', '@b']
    await writeEvaluation(directory, makeEvaluation(8, names))
    for (const file of ['predictions.csv', 'confusion.csv', 'per_class.csv']) {
      const cells = parseCsv(await readFile(join(directory, file), 'utf8')).flat()
      assert.ok(cells.some((cell) => cell === "'@b"))
      assert.ok(cells.every((cell) => !/^[=+@]|^-[^\d]/.test(cell)))
    }
  })

  it('gives equal bytes for equal input and replaces an older evaluation', async () => {
    await writeEvaluation(directory, makeEvaluation(10, classes))
    const first = await contents(directory)
    await writeEvaluation(directory, makeEvaluation(12, classes))
    assert.notDeepEqual(await contents(directory), first)
    await writeEvaluation(directory, makeEvaluation(10, classes))
    assert.deepEqual(await contents(directory), first)
  })

  it('fails as output_unwritable where it may not write, and leaves nothing', async () => {
    await chmod(parent, 0o555)
    await withoutPrivileges(() =>
      assert.rejects(
        writeEvaluation(directory, makeEvaluation(10, classes)),
        (error) => error instanceof AppError && error.code === 'output_unwritable',
      ),
    )
    assert.deepEqual(await readdir(parent), [])
  })

  it('leaves the older evaluation whole when a new one fails half-way', async () => {
    await writeEvaluation(directory, makeEvaluation(10, classes))
    const older = await contents(directory)
    const evaluation = makeEvaluation(5000, classes)
    Object.defineProperty(evaluation.indices, 'subarray', {
      value(start: number, end: number) {
        if (start > 0) throw new Error('broken while writing')
        return Int32Array.prototype.subarray.call(this, start, end)
      },
    })
    await assert.rejects(writeEvaluation(directory, evaluation), /broken while writing/)
    assert.deepEqual(await contents(directory), older)
    assert.deepEqual(await readdir(join(parent, 'eval')), ['test-12345678'])
  })

  it('refuses arrays that do not belong together before it writes', async () => {
    const broken = { ...makeEvaluation(10, classes), indices: new Int32Array(3) }
    await assert.rejects(writeEvaluation(directory, broken), /do not belong together/)
    assert.deepEqual(await readdir(parent), [])
  })
})

/** Runs a task as an ordinary user, because file permissions do not bind the superuser. */
async function withoutPrivileges(task: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return task()
  process.seteuid!(65534)
  try {
    await task()
  } finally {
    process.seteuid!(0)
  }
}

async function readRecord(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
}

async function contents(directory: string): Promise<[string, string][]> {
  const names = (await readdir(directory)).sort()
  return Promise.all(
    names.map(async (name) => [name, await readFile(join(directory, name), 'base64')]),
  )
}

function allKeys(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  const own = Array.isArray(value) ? [] : Object.keys(value)
  return [...own, ...Object.values(value).flatMap(allKeys)]
}
