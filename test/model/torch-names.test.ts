import assert from 'node:assert/strict'
import { input, model } from '@tensorflow/tfjs-layers'
import { silenceBanner } from '../../src/engine/quiet.js'
import { chain, linear } from '../../src/model/blocks.js'
import { BatchNormalization } from '../../src/model/layers/batch-normalization.js'
import { Convolution } from '../../src/model/layers/convolution.js'
import { DepthwiseConvolution } from '../../src/model/layers/depthwise-convolution.js'
import { SelfAttention } from '../../src/model/layers/self-attention.js'
import { torchWeights } from '../../src/model/torch-names.js'

describe('names and layouts of PyTorch', () => {
  before(silenceBanner)

  it('are those of a state_dict', () => {
    const image = input({ shape: [4, 5, 3], name: 'image' })
    const steps = [
      new Convolution({ name: 'conv', filters: 7, size: 3, bias: true }),
      new DepthwiseConvolution({ name: 'features.0', size: 2, stride: 1, padding: 0 }),
      new BatchNormalization({ name: 'bn' }),
      linear('classifier.1', 2),
    ]
    const network = model({ inputs: image, outputs: chain(image, ...steps) })
    assert.deepEqual(
      torchWeights(network).map(({ name, shape }) => [name, shape.join('x')]),
      [
        ['conv.weight', '7x3x3x3'],
        ['conv.bias', '7'],
        ['features.0.weight', '7x1x2x2'],
        ...['weight', 'bias', 'running_mean', 'running_var'].map((role) => [`bn.${role}`, '7']),
        ['classifier.1.weight', '2x7'],
        ['classifier.1.bias', '2'],
      ],
    )
    network.dispose()
  })

  it('leave each number where it belongs: [height, width, in, out] to [out, in, height, width]', () => {
    const image = input({ shape: [4, 4, 2], name: 'image' })
    const layer = new Convolution({ name: 'conv', filters: 3, size: 2 })
    const network = model({ inputs: image, outputs: chain(image, layer) })
    const [weight] = torchWeights(network)
    const theirs = Float32Array.from({ length: 24 }, (_, index) => index)
    const ours = weight!.fromTorch(theirs)
    for (let out = 0; out < 3; out++) {
      for (let channel = 0; channel < 2; channel++) {
        for (let tap = 0; tap < 4; tap++) {
          assert.equal(ours[(tap * 2 + channel) * 3 + out], theirs[(out * 2 + channel) * 4 + tap])
        }
      }
    }
    assert.deepEqual(weight!.toTorch(ours), theirs)
    network.dispose()
  })

  it('are told by layers whose weights have names of their own', () => {
    const tokens = input({ shape: [3, 4], name: 'tokens' })
    const layer = new SelfAttention({ name: 'encoder.attention', heads: 2 })
    const network = model({ inputs: tokens, outputs: chain(tokens, layer) })
    assert.deepEqual(
      torchWeights(network).map(({ name, shape }) => [name, shape.join('x')]),
      [
        ['encoder.attention.in_proj_weight', '12x4'],
        ['encoder.attention.in_proj_bias', '12'],
        ['encoder.attention.out_proj.weight', '4x4'],
        ['encoder.attention.out_proj.bias', '4'],
      ],
    )
    network.dispose()
  })
})
