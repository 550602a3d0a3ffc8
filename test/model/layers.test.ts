import assert from 'node:assert/strict'
import '@tensorflow/tfjs-backend-cpu'
import { range, reshape, tidy, zeros } from '@tensorflow/tfjs-core'
import type { layers } from '@tensorflow/tfjs-layers'
import fc from 'fast-check'
import { ChannelShuffle } from '../../src/model/layers/channel-shuffle.js'
import { Convolution } from '../../src/model/layers/convolution.js'
import { DepthwiseConvolution } from '../../src/model/layers/depthwise-convolution.js'
import { MaxPooling } from '../../src/model/layers/max-pooling.js'
import { statedPadding, symmetric } from '../../src/model/layers/window-padding.js'

const sizes = fc.integer({ min: 3, max: 11 })

describe('layers with padding in pixels', () => {
  const windows = fc.record({
    size: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
  })

  for (const [kind, create] of [
    ['convolution', (window) => new Convolution({ name: 'a', filters: 2, padding: 1, ...window })],
    [
      'depthwise convolution',
      (window) => new DepthwiseConvolution({ name: 'a', padding: 1, ...window }),
    ],
    ['max pooling', (window) => new MaxPooling({ name: 'a', ...window })],
    [
      'max pooling that hangs over',
      (window) => new MaxPooling({ name: 'a', ceil: true, ...window }),
    ],
  ] as [string, (window: { size: number; stride: number }) => layers.Layer][]) {
    it(`${kind} foretells its output shape`, () => {
      fc.assert(
        fc.property(sizes, sizes, windows, (height, width, window) => {
          tidy(() => {
            const layer = create(window)
            const x = zeros([2, height, width, 3])
            const actual = (layer.apply(x) as typeof x).shape
            const foretold = layer.computeOutputShape([null, height, width, 3]) as number[]
            assert.deepEqual(actual.slice(1), foretold.slice(1))
            layer.dispose()
          })
        }),
        { numRuns: 30 },
      )
    })
  }

  it('say same or valid only where tfjs then pads alike', () => {
    const three = { size: 3, stride: 1 }
    assert.equal(statedPadding(symmetric(0), [8, 8], three), 'valid')
    assert.equal(statedPadding(symmetric(1), [8, 8], three), 'same')
    assert.deepEqual(statedPadding(symmetric(1), [8, 8], { size: 3, stride: 2 }), symmetric(1))
    assert.equal(statedPadding(symmetric(1), [7, 7], { size: 3, stride: 2 }), 'same')
  })
})

describe('channel shuffle', () => {
  it('interleaves the groups', () => {
    const shuffled = tidy(() => {
      const x = reshape(range(0, 6), [1, 1, 1, 6])
      const layer = new ChannelShuffle({ name: 'shuffle', groups: 2 })
      return [...(layer.apply(x) as typeof x).dataSync()]
    })
    assert.deepEqual(shuffled, [0, 3, 1, 4, 2, 5])
  })
})
