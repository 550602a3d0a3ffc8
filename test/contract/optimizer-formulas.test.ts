import assert from 'node:assert/strict'
import { Random } from '../../src/core/random.js'
import type { OptimizerConfig } from '../../src/spec/types.gen.js'
import { optimizerConfig } from '../model/optimizer-configs.js'
import { pathOf } from './optimizer-formulas.js'
import { trajectory, type Problem } from './optimizer-trajectory.js'
import { withEngines } from './with-engines.js'

const steps = 12

const [l2, maximize] = [{ weight_decay: 0.05 }, { maximize: true }]
const nesterov = { nesterov: true, momentum: 0.5, weight_decay: 0.02 }
const decoupled = { weight_decay: 0.1, decoupled_weight_decay: true }

const cases = [
  ['sgd', {}, { momentum: 0, weight_decay: 0.1 }, { dampening: 0.3, ...maximize }, nesterov],
  ['adam', {}, { betas: [0, 0.5], amsgrad: true }, { ...l2, ...maximize }],
  ['adamw', {}, { amsgrad: true, eps: 0.01 }, maximize],
  ['rmsprop', {}, { centered: true, ...l2 }, { centered: true, momentum: 0.8, alpha: 0.7 }],
  ['adagrad', {}, { lr_decay: 0.2, initial_accumulator_value: 0.5, ...l2 }, maximize],
  ['adadelta', {}, { rho: 0.5, eps: 1e-3, lr: 0.3, ...l2 }, maximize],
  ['adamax', {}, { betas: [0.5, 0.8], eps: 0.1, ...l2 }, maximize],
  ['nadam', {}, { momentum_decay: 0.1, ...l2 }, decoupled, maximize],
  ['radam', {}, { betas: [0.7, 0.9], ...l2 }, decoupled, maximize],
  ['lion', {}, { betas: [0.3, 0.6], weight_decay: 0.2 }, maximize],
] as const

/** Gradients of very different sizes; element 0 of the first tensor never has one. */
function problem(): Problem {
  const random = new Random(11, 'optimizers')
  const shapes = [[2, 3], [4], []]
  const tensors = <T>(make: (size: number, tensor: number) => T) =>
    shapes.map((shape, tensor) =>
      make(
        shape.reduce((a, b) => a * b, 1),
        tensor,
      ),
    )
  const values = (size: number, scale: number) =>
    Array.from({ length: size }, (_, i) =>
      Math.fround(scale * 10 ** ((i % 3) - 1) * (2 * random.uniform() - 1)),
    )
  return {
    shapes,
    start: tensors((size) => values(size, 1)),
    gradients: Array.from({ length: steps }, () =>
      tensors((size, tensor) =>
        values(size, 1).map((value, i) => (tensor === 0 && i === 0 ? 0 : value)),
      ),
    ),
  }
}

const rate = (config: OptimizerConfig) => (step: number) => config.lr * (step < 6 ? 1 : 0.5)

withEngines('an optimizer follows its formula', (engine) => {
  for (const [name, ...variants] of cases) {
    for (const changes of variants) {
      for (const cycles of [false, true]) {
        const title = `${name} ${JSON.stringify(changes)}${cycles ? ', its momentum cycled' : ''}`
        it(title, async () => {
          const config = optimizerConfig(name, changes)
          const given = problem()
          const momentum = cycles ? (step: number) => 0.4 + 0.1 * (step % 5) : null
          const got = await trajectory(engine(), config, given, (step) => ({
            learningRate: rate(config)(step),
            step,
            momentum,
          }))
          for (const [tensor, start] of given.start.entries()) {
            for (const [element, value] of start.entries()) {
              const gradients = given.gradients.map((step) => step[tensor]![element]!)
              const beta = momentum ?? (() => constantMomentum(config))
              const expected = pathOf(config, value, gradients, rate(config), beta)
              expected.forEach((right, step) => {
                const error = Math.abs(got[step]![tensor]![element]! - right)
                assert.ok(error <= 2e-5 * Math.max(1, Math.abs(right)), `${step}: ${error}`)
              })
            }
          }
        })
      }
    }
  }

  it('lets what has no gradient be, without weight decay', async () => {
    for (const [name] of cases) {
      const given = problem()
      const path = await trajectory(
        engine(),
        optimizerConfig(name, { weight_decay: 0 }),
        given,
        (step) => ({ learningRate: 0.1, step }),
      )
      assert.ok(
        path.every(([first]) => first![0] === given.start[0]![0]),
        name,
      )
    }
  })

  it('changes nothing at a learning rate of 0', async () => {
    for (const [name] of cases) {
      const given = problem()
      const config = optimizerConfig(name, l2)
      const path = await trajectory(engine(), config, given, (step) => ({ learningRate: 0, step }))
      assert.deepEqual(path.at(-1), given.start, name)
    }
  })

  it('gives each group its rate and decay, whether the schedule multiplies or knows better', async () => {
    const groups = [
      { match: 'p1', lr: 0.001, lr_scale: 1, weight_decay: 0 },
      { match: ['p2'], lr: null, lr_scale: 0.5, weight_decay: null },
    ]
    const config = optimizerConfig('adamw', { lr: 0.01, weight_decay: 0.2, groups })
    const given = problem()
    for (const knows of [false, true]) {
      const path = await trajectory(engine(), config, given, (step) => ({
        learningRate: 0.01 * 0.9 ** step,
        ...(knows && { learningRateOf: (base: number) => base * 0.5 ** step }),
        step,
      }))
      const alone = [
        { lr: (step: number) => 0.01 * 0.9 ** step, weight_decay: 0.2 },
        { lr: (step: number) => 0.001 * (knows ? 0.5 : 0.9) ** step, weight_decay: 0 },
        { lr: (step: number) => 0.005 * 0.9 ** step, weight_decay: 0.2 },
      ]
      for (const [tensor, { lr, weight_decay }] of alone.entries()) {
        const gradients = given.gradients.map((step) => step[tensor]!.at(-1)!)
        const start = given.start[tensor]!.at(-1)!
        const own = optimizerConfig('adamw', { weight_decay })
        const expected = pathOf(own, start, gradients, lr, () => 0.9).at(-1)!
        const got = path.at(-1)![tensor]!.at(-1)!
        assert.ok(Math.abs(got - expected) < 1e-6, `${tensor}: ${got} ${expected}`)
      }
    }
  })
})

function constantMomentum(config: OptimizerConfig): number {
  if ('betas' in config) return config.betas[0]
  return 'momentum' in config ? config.momentum : 0
}
