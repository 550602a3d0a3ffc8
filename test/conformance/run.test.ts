import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runConformance } from './run.js'

const half = 0.5

/** One right case of each format, with a number in it that a test can make wrong. */
const right = {
  config: (value = 1) => ({
    cases: [{ id: 'one', override: 'a=1', expect: { type: 'change', key: 'a', value } }],
  }),
  schedulers: (rate = 0.1) => ({
    format: 'schedulers/1',
    cases: [
      {
        name: 'one',
        scheduler: 'MultiStepLR',
        base_lr: 1,
        params: { milestones: [1], gamma: 0.1 },
        lr: [1, rate],
      },
      { name: 'two', scheduler: 'MultiplicativeLR', base_lr: 1, params: {}, lr: [1] },
    ],
  }),
  optimizers: (value = 0.5) => ({
    format: 'optimizers/1',
    problem: { shapes: [[1]], start: [[1]], gradients: [[[1]]] },
    cases: [
      {
        name: 'one',
        optimizer: 'SGD',
        hyper: { lr: 0.5, momentum: 0, dampening: 0, weight_decay: 0, nesterov: false },
        max_abs_f32_minus_f64: 0,
        params_after_step: [[[value]]],
      },
    ],
    clipping: [],
  }),
  losses: (slope = -half) => ({
    format: 'losses/1',
    cases: [
      {
        name: 'one',
        op: 'cross_entropy',
        reduction: 'mean',
        params: {},
        tensors: {
          input: { shape: [1, 2], dtype: 'float32', data: [0, 0] },
          target: { shape: [1], dtype: 'int64', data: [0] },
        },
        value: { shape: [], data: [Math.LN2] },
        grad_input: { shape: [1, 2], data: [slope, half] },
      },
    ],
  }),
  splits: (count = 8) => ({
    format: 'splits/1',
    stratified_shuffle_split: [
      {
        name: 'one',
        class_counts: [10, 10],
        sizes: { test_size: 0.2 },
        ties_to_lowest_class: { train: [8, count], test: [2, 2] },
      },
    ],
    errors: [{ name: 'two', class_counts: [10, 1], sizes: { test_size: 0.2 } }],
  }),
  metrics: (accuracy = half) => ({
    format: 'metrics/1',
    cases: [
      {
        name: 'one',
        num_classes: 2,
        y_true: [0, 1],
        y_pred: [0, 0],
        expected: {
          accuracy,
          confusion_matrix: [
            [1, 0],
            [1, 0],
          ],
          per_class: {
            support: [1, 1],
            precision: [half, 0],
            recall: [1, 0],
            f1: [2 / 3, 0],
            specificity: [0, 1],
            npv: [0, half],
            tp: [1, 0],
            fp: [1, 0],
            fn: [0, 1],
            tn: [0, 1],
          },
          macro: { precision: half / 2, recall: half, f1: 1 / 3 },
          weighted: { precision: half / 2, recall: half, f1: 1 / 3 },
          roc_auc: half,
        },
      },
    ],
  }),
} as const

describe('conformance runner', () => {
  let directory = ''
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'atelier-conformance-'))))
  afterEach(() => rmSync(directory, { recursive: true }))

  async function run(files: Record<string, unknown>): Promise<{ good: boolean; lines: string[] }> {
    mkdirSync(join(directory, 'sub'))
    for (const [name, document] of Object.entries(files)) {
      writeFileSync(join(directory, 'sub', `${name}.json`), JSON.stringify(document))
    }
    const lines: string[] = []
    return { good: await runConformance(directory, (line) => lines.push(line)), lines }
  }

  it('counts what agrees and names what is not offered, in folders too', async () => {
    const files = Object.fromEntries(Object.entries(right).map(([name, make]) => [name, make()]))
    const { good, lines } = await run({
      ...files,
      layers: { format: 'layers/1', cases: [{ op: 'gelu' }, { op: 'gelu' }] },
      other: { format: 'other/1', cases: [] },
    })
    assert.deepEqual(lines, [
      'sub/config.json: agree 1 of 1',
      'sub/layers.json: agree 0 of 0, not offered: 2 (gelu 2)',
      'sub/losses.json: agree 1 of 1',
      'sub/metrics.json: agree 1 of 1, not offered: 1 (roc_auc 1)',
      'sub/optimizers.json: agree 1 of 1',
      'sub/other.json: nothing here reads its format other/1',
      'sub/schedulers.json: agree 1 of 1, not offered: 1 (MultiplicativeLR 1)',
      'sub/splits.json: agree 2 of 2',
    ])
    assert.ok(good)
  })

  for (const [name, make] of Object.entries(right)) {
    it(`reports a wrong expectation of ${name}`, async () => {
      const { good, lines } = await run({ [name]: make(0.25) })
      assert.ok(!good)
      assert.match(lines[1] ?? '', /^ {2}one.*\n {4}expected .*\n {4}got /)
    })
  }
})
