import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import { learningRate, momentumAt, scheduleWarnings } from '../../src/model/schedules.js'
import { resolveSchedule, type ScheduleFacts } from '../../src/model/schedules/resolve.js'
import type { ResolvedScheduler } from '../../src/spec/run-spec.js'
import type { SchedulerConfig } from '../../src/spec/types.gen.js'
import { judgeSchedulers } from '../conformance/schedules.js'
import { readFixture, requireFixtures } from './fixtures.js'
import { schedulerConfig } from './shipped-options.js'

const facts: ScheduleFacts = {
  base: 0.1,
  epochs: 12,
  steps: 120,
  validated: true,
  hasMomentum: true,
  fail: (path, message, options = {}) =>
    new AppError(options.code ?? 'config_invalid', `${path}: ${message}`, options),
}

function resolved(config: SchedulerConfig, changes: Partial<ScheduleFacts> = {}) {
  return resolveSchedule(config, { ...facts, ...changes })
}

function ratesOf(config: ResolvedScheduler, count: number, base = 1): number[] {
  return Array.from({ length: count }, (_, unit) => learningRate(config, base, unit))
}

function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  for (const [index, value] of expected.entries()) {
    assert.ok(Math.abs(actual[index]! - value) <= 1e-12, `${index}: ${actual[index]} for ${value}`)
  }
}

describe('schedules', () => {
  requireFixtures(
    describe('of the fixtures', () => {
      it('agree with PyTorch at every point', () => {
        const document = readFixture('pytorch/schedulers.json') as Parameters<
          typeof judgeSchedulers
        >[0]
        const verdicts = judgeSchedulers(document)
        assert.ok(verdicts.length > 0)
        assert.deepEqual(
          verdicts.filter(({ state }) => state !== 'agrees'),
          [],
        )
      })
    }),
  )

  it('none keeps the rate', () => {
    assert.deepEqual(ratesOf({ name: 'none' }, 3, 0.3), [0.3, 0.3, 0.3])
  })

  describe('multi_step', () => {
    const multiStep = (milestones: string | number | number[]) =>
      resolved(schedulerConfig('multi_step', { milestones, gamma: 0.5 }))

    it('reads milestones as text, a number or a list, repeated ones too', () => {
      near(ratesOf(multiStep('1-3'), 5), [1, 0.5, 0.5, 0.25, 0.25])
      near(ratesOf(multiStep(2), 4), [1, 1, 0.5, 0.5])
      near(ratesOf(multiStep([1, 1, 2]), 3), [1, 0.25, 0.125])
      near(ratesOf(multiStep(''), 2), [1, 1])
    })

    for (const wrong of ['10-5', '0-5', '5-', [3, 2], [0], 0]) {
      it(`refuses ${JSON.stringify(wrong)}`, () => {
        assert.throws(
          () => multiStep(wrong),
          (error) => error instanceof AppError && error.code === 'config_conflict',
        )
      })
    }
  })

  it('chained multiplies what can be multiplied, and repeats itself from anywhere', () => {
    const chained = resolved(
      schedulerConfig('chained', {
        schedulers: [
          schedulerConfig('linear', { start_factor: 0.5, total_iters: 4 }),
          schedulerConfig('step', { step_size: 3, gamma: 0.1 }),
          schedulerConfig('exponential', { gamma: 0.9 }),
        ],
      }),
    )
    const expected = (unit: number) =>
      (0.5 + Math.min(unit, 4) / 8) * 0.1 ** Math.floor(unit / 3) * 0.9 ** unit
    near(
      ratesOf(chained, 9),
      Array.from({ length: 9 }, (_, unit) => expected(unit)),
    )
    near([learningRate(chained, 1, 2), learningRate(chained, 2, 5)], [expected(2), 2 * expected(5)])
  })

  it('sequential gives each schedule the base rate, and the momentum of the one in use', () => {
    const sequential = resolved(
      schedulerConfig('sequential', {
        schedulers: [
          schedulerConfig('constant', { factor: 0.5, total_iters: 9 }),
          schedulerConfig('one_cycle', { max_lr: 0.4 }),
        ],
        milestones: [4],
        interval: 'epoch',
      }),
    )
    const cycle = resolved(schedulerConfig('one_cycle', { interval: 'epoch', max_lr: 0.4 }), {
      epochs: 8,
    })
    near(ratesOf(sequential, 12), [0.5, 0.5, 0.5, 0.5, ...ratesOf(cycle, 8)])
    assert.deepEqual([momentumAt(sequential, 3), momentumAt(sequential, 4)], [null, 0.95])
  })

  it('plateau waits for more than `patience` epochs without gain', () => {
    const plateau = resolved(schedulerConfig('plateau', { patience: 1, factor: 0.5 }))
    const metrics = [1, 0.9, 0.95, 0.95, 0.8, NaN, 0.9]
    const rates = metrics.map((_, index) =>
      learningRate(plateau, 1, index, metrics.slice(0, index)),
    )
    assert.deepEqual(rates, [1, 1, 1, 1, 0.5, 0.5, 0.5])
    assert.equal(learningRate(plateau, 1, 7, metrics), 0.25)
  })

  it('one_cycle stays at its end, and bears a single step', () => {
    const config = resolved(schedulerConfig('one_cycle', { total_steps: 10, final_div_factor: 10 }))
    near([learningRate(config, 9, 9), learningRate(config, 9, 50)], [0.0004, 0.0004])
    const single = resolved(schedulerConfig('one_cycle'), { steps: 1 })
    assert.ok(Number.isFinite(learningRate(single, 1, 0)))
  })

  it('are never negative or infinite, whatever their lengths', () => {
    const lengths = fc.integer({ min: 1, max: 20 })
    const names = ['cosine', 'linear', 'constant', 'polynomial', 'one_cycle', 'lambda'] as const
    fc.assert(
      fc.property(fc.constantFrom(...names), lengths, lengths, fc.nat(60), (name, a, b, unit) => {
        const config = resolved(schedulerConfig(name), { epochs: a, steps: a * b })
        const rate = learningRate(config, 1, unit)
        assert.ok(Number.isFinite(rate) && rate >= 0 && rate <= 1)
      }),
    )
  })

  describe('are completed', () => {
    it('from the length of the training, by epoch or by step', () => {
      const open = [
        ['cosine', 'epoch', { t_max: 12 }],
        ['cosine', 'step', { t_max: 120 }],
        ['one_cycle', null, { total_steps: 120, max_lr: 0.1, interval: 'step' }],
        ['one_cycle', 'epoch', { total_steps: 12 }],
        ['lambda', 'step', { total: 120 }],
        ['cyclic', null, { step_size_down: 2000, interval: 'step' }],
        ['plateau', null, { mode: 'min', interval: 'epoch' }],
      ] as const
      for (const [name, interval, expected] of open) {
        const config = resolved(schedulerConfig(name, { interval }))
        assert.deepEqual({ ...config, ...expected }, config)
      }
    })

    it('inside others from their own part, by the same interval', () => {
      const { schedulers } = resolved(
        schedulerConfig('sequential', {
          schedulers: [schedulerConfig('linear'), schedulerConfig('cosine')],
          milestones: [20],
          interval: 'step',
        }),
      ) as Extract<ResolvedScheduler, { name: 'sequential' }>
      assert.deepEqual(schedulers[1], {
        ...schedulerConfig('cosine'),
        t_max: 100,
        interval: 'step',
      })
    })

    it('to what they are when completed again', () => {
      for (const name of ['cosine', 'one_cycle', 'sequential', 'chained', 'plateau'] as const) {
        const once = resolved(schedulerConfig(name))
        assert.deepEqual(resolved(once), once)
      }
    })

    const refused: [string, SchedulerConfig, Partial<ScheduleFacts>, RegExp][] = [
      [
        'plateau without validation',
        schedulerConfig('plateau'),
        { validated: false },
        /validation/,
      ],
      [
        'plateau inside another',
        schedulerConfig('chained', { schedulers: [schedulerConfig('plateau')] }),
        {},
        /plateau cannot/,
      ],
      [
        'momentum to cycle where there is none',
        schedulerConfig('one_cycle'),
        { hasMomentum: false },
        /momentum/,
      ],
      [
        'two intervals in one',
        schedulerConfig('chained', {
          schedulers: [schedulerConfig('cosine', { interval: 'step' })],
        }),
        {},
        /counts by step/,
      ],
      [
        'too few milestones',
        schedulerConfig('sequential', { milestones: [] }),
        {},
        /milestones: 2 schedules need 1/,
      ],
      [
        'milestones that go back',
        schedulerConfig('sequential', {
          schedulers: [
            schedulerConfig('linear'),
            schedulerConfig('linear'),
            schedulerConfig('linear'),
          ],
          milestones: [5, 5],
        }),
        {},
        /ascending/,
      ],
      ['an empty chain', schedulerConfig('chained', { schedulers: [] }), {}, /no schedules/],
      ['an end before the warm-up', schedulerConfig('lambda', { total: 5 }), {}, /above warmup=5/],
    ]
    for (const [what, config, changes, message] of refused) {
      it(`but not ${what}`, () => {
        assert.throws(() => resolved(config, changes), message)
      })
    }
  })

  it('warn of what never comes', () => {
    const warned: [SchedulerConfig, RegExp][] = [
      [schedulerConfig('multi_step', { milestones: '5-12-99' }), /12 is never.*99 is never/],
      [schedulerConfig('step', { step_size: 12 }), /step_size 12 is never reached.*12 epochs/],
      [schedulerConfig('cosine', { t_max: 5 }), /rises again after 5 epochs/],
      [schedulerConfig('one_cycle', { total_steps: 50 }), /over after 50 steps/],
      [schedulerConfig('one_cycle', { total_steps: 500 }), /end of the cycle is never/],
      [schedulerConfig('polynomial'), /is 0 after 5 epochs/],
      [schedulerConfig('lambda'), /0 in the first epoch/],
      [schedulerConfig('cyclic'), /highest rate.*never reached.*120 steps/],
    ]
    for (const [config, message] of warned) {
      const plan = resolved(config)
      const interval = 'interval' in plan ? plan.interval : 'epoch'
      const extent = { interval, units: interval === 'epoch' ? 12 : 120 }
      assert.match(scheduleWarnings(plan, extent).join(' '), message)
    }
    const fine = resolved(schedulerConfig('cosine'))
    assert.deepEqual(scheduleWarnings(fine, { interval: 'epoch', units: 12 }), [])
  })
})
