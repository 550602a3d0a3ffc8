import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  add,
  cast,
  logSoftmax,
  mul,
  oneHot,
  reshape,
  tensor1d,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { binaryCrossEntropyWithLogits } from '../../src/model/losses/binary-cross-entropy-with-logits.js'
import { binaryCrossEntropy } from '../../src/model/losses/binary-cross-entropy.js'
import { crossEntropy } from '../../src/model/losses/cross-entropy.js'
import { huber } from '../../src/model/losses/huber.js'
import { klDiv } from '../../src/model/losses/kl-div.js'
import { l1 } from '../../src/model/losses/l1.js'
import type { Reduction } from '../../src/model/losses/loss.js'
import { mse } from '../../src/model/losses/mse.js'
import { multiMargin } from '../../src/model/losses/multi-margin.js'
import { nll } from '../../src/model/losses/nll.js'
import { sigmoidFocal } from '../../src/model/losses/sigmoid-focal.js'
import { smoothL1 } from '../../src/model/losses/smooth-l1.js'
import { softmaxFocal } from '../../src/model/losses/softmax-focal.js'
import { judgeLosses } from '../conformance/losses.js'
import { readFixture, requireFixtures } from '../model/fixtures.js'
import { feedsFor } from './engine-values.js'
import { checkGradients, type Inputs } from './gradient-check.js'
import { withEngines } from './with-engines.js'

type Function = (x: Tensor, y: Tensor, reduction: Reduction) => Tensor

/** Losses of class indices with options that reach every branch. */
const ofClasses: Readonly<Record<string, Function>> = {
  'cross entropy, smoothed, with an ignored class': (x, y, reduction) =>
    crossEntropy(x, y, { label_smoothing: 0.2, ignore_index: 1, reduction }),
  'negative log-likelihood': (x, y, reduction) => nll(x, y, { reduction }),
  'multi-margin loss': (x, y, reduction) => multiMargin(x, y, { margin: 0.31, reduction }),
  'squared multi-margin loss': (x, y, reduction) =>
    multiMargin(x, y, { p: 2, margin: 0.8, reduction }),
  'softmax focal loss': (x, y, reduction) => softmaxFocal(x, y, { gamma: 0.5, reduction }),
}

/** Losses of two tensors of one shape. */
const ofPairs: Readonly<Record<string, Function>> = {
  'cross entropy of probabilities': (x, y, reduction) => crossEntropy(x, y, { reduction }),
  'binary cross entropy of logits': (x, y, reduction) =>
    binaryCrossEntropyWithLogits(x, y, { reduction }),
  'binary cross entropy': (x, y, reduction) =>
    binaryCrossEntropy(add(mul(x, 0.3), 0.5), y, { reduction }),
  'sigmoid focal loss': (x, y, reduction) =>
    sigmoidFocal(x, y, { alpha: 0.3, gamma: 1.7, reduction }),
  'squared error': mse,
  'absolute error': l1,
  'huber loss': (x, y, reduction) => huber(x, y, { delta: 0.37, reduction }),
  'smooth absolute error': (x, y, reduction) => smoothL1(x, y, { beta: 0.37, reduction }),
  'Kullback-Leibler divergence': (x, y, reduction) => klDiv(x, y, { reduction }),
}

withEngines('losses', (engine) => {
  requireFixtures(
    describe('of the fixtures', () => {
      it('agree with PyTorch in value and gradient', async () => {
        const document = readFixture('pytorch/losses.json') as Parameters<typeof judgeLosses>[0]
        const context = { engine: () => Promise.resolve(engine()), slow: false }
        const verdicts = await judgeLosses(document, context)
        assert.ok(verdicts.length > 0)
        assert.deepEqual(
          verdicts.filter(({ state }) => state !== 'agrees'),
          [],
        )
      }).timeout(30_000)
    }),
  )

  const x = { shape: [4, 5], dtype: 'float32' } as const
  const checked = async (inputs: Inputs, loss: (given: Record<string, Tensor>) => Tensor) => {
    await checkGradients(engine(), loss, inputs, feedsFor(inputs, { below: 5 }), { step: 2e-3 })
  }

  for (const [name, loss] of Object.entries(ofClasses)) {
    it(`have the slope of their differences: ${name}`, async () => {
      const inputs = { x, y: { shape: [4], dtype: 'int32' } } as const
      for (const reduction of ['none', 'mean', 'sum'] as const) {
        await checked(inputs, (given) => loss(given['x']!, given['y']!, reduction))
      }
    })
  }

  for (const [name, loss] of Object.entries(ofPairs)) {
    it(`have the slope of their differences: ${name}`, async () => {
      const inputs = { x, y: { shape: [4, 5], dtype: 'int32' } } as const
      for (const reduction of ['none', 'mean', 'sum'] as const) {
        await checked(inputs, (given) => {
          const target = mul(add(cast(given['y']!, 'float32'), 0.37), 0.19)
          return loss(given['x']!, target, reduction)
        })
      }
    })
  }
})

describe('losses of class indices', () => {
  const logits = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), {
    minLength: 12,
    maxLength: 12,
  })
  const labels = fc.array(fc.nat(3), { minLength: 3, maxLength: 3 })
  const near = (a: Tensor, b: Tensor) => {
    const [left, right] = [a.dataSync(), b.dataSync()]
    assert.equal(left.length, right.length)
    left.forEach((value, i) => {
      assert.ok(Math.abs(value - right[i]!) <= 2e-5 * Math.max(1, Math.abs(value)))
    })
  }
  const holds = (check: (x: Tensor, y: Tensor) => void) => {
    fc.assert(
      fc.property(logits, labels, (x, y) => {
        check(reshape(tensor1d(x, 'float32'), [3, 4]), tensor1d(y, 'int32'))
      }),
      { numRuns: 30 },
    )
  }

  it('are the same with weights of one', () => {
    const weight = tensor1d([1, 1, 1, 1])
    holds((x, y) => {
      near(crossEntropy(x, y, { weight }), crossEntropy(x, y))
      near(multiMargin(x, y, { weight }), multiMargin(x, y))
      near(softmaxFocal(x, y, { weight }), softmaxFocal(x, y))
      near(nll(x, y, { weight }), nll(x, y))
    })
  })

  it('are cross entropy without focus, without smoothing, of log-probabilities, of one-hot targets', () => {
    holds((x, y) => {
      const plain = crossEntropy(x, y, { ignore_index: null })
      near(crossEntropy(x, y), plain)
      near(softmaxFocal(x, y, { gamma: 0 }), plain)
      near(nll(logSoftmax(x), y), plain)
      near(crossEntropy(x, oneHot(y, 4, 1, 0, 'float32')), plain)
    })
  })

  it('do not depend on a shift of all logits', () => {
    holds((x, y) => {
      near(crossEntropy(add(x, 5), y), crossEntropy(x, y))
      near(multiMargin(add(x, 5), y), multiMargin(x, y))
    })
  })
})
