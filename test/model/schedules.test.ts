import assert from 'node:assert/strict'
import { AppError } from '../../src/core/errors.js'
import { learningRate, milestones } from '../../src/model/schedules.js'
import type { SchedulerConfig } from '../../src/spec/types.gen.js'
import { readFixture, requireFixtures } from './fixtures.js'

interface Case {
  name: string
  scheduler: string
  base_lr: number
  params: { milestones: number[]; gamma: number }
  lr: number[]
}

function multiStep(list: string | number | number[], gamma = 0.1): SchedulerConfig {
  return { name: 'multi_step', milestones: list, gamma }
}

describe('schedules', () => {
  it('none keeps the rate', () => {
    assert.equal(learningRate({ name: 'none' }, 0.3, 99), 0.3)
    assert.deepEqual(milestones({ name: 'none' }), [])
  })

  it('reads milestones as text, number or list', () => {
    assert.deepEqual(milestones(multiStep('5-10')), [5, 10])
    assert.deepEqual(milestones(multiStep(7)), [7])
    assert.deepEqual(milestones(multiStep([1, 2, 30])), [1, 2, 30])
    assert.deepEqual(milestones(multiStep('')), [])
  })

  it('drops the rate in the milestone epoch, counted from 0', () => {
    const rates = [4, 5, 9, 10].map((epoch) => learningRate(multiStep('5-10', 0.5), 1, epoch))
    assert.deepEqual(rates, [1, 0.5, 0.5, 0.25])
  })

  for (const wrong of ['10-5', '5-5', '0-5', '5-', [5, 5], [3, 2], [0], 0]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.throws(
        () => milestones(multiStep(wrong)),
        (error) => error instanceof AppError && error.code === 'config_invalid',
      )
    })
  }

  requireFixtures(
    describe('against PyTorch', () => {
      it('agrees with MultiStepLR in every epoch', () => {
        const { cases } = readFixture('pytorch/schedulers.json') as { cases: Case[] }
        const ours = cases.filter(
          ({ scheduler, params }) =>
            scheduler === 'MultiStepLR' &&
            new Set(params.milestones).size === params.milestones.length,
        )
        assert.ok(ours.length > 0)
        for (const { name, base_lr, params, lr } of ours) {
          const config = multiStep(params.milestones, params.gamma)
          for (const [epoch, expected] of lr.entries()) {
            const error = Math.abs(learningRate(config, base_lr, epoch) - expected)
            assert.ok(error <= 1e-9, `${name} epoch ${epoch}: off by ${error}`)
          }
        }
      })
    }),
  )
})
