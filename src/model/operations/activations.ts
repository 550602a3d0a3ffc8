import { leakyRelu, relu, selu, sigmoid, tanh, type Tensor } from '@tensorflow/tfjs-core'
import { elu } from './activations/elu.js'
import { gelu, geluTanh } from './activations/gelu.js'
import { hardSigmoid, hardSwish } from './activations/hard.js'
import { mish } from './activations/mish.js'
import { relu6 } from './activations/relu6.js'
import { silu } from './activations/silu.js'
import { softplus } from './activations/softplus.js'

/** Elementwise functions by their PyTorch names, with PyTorch's default parameters and slopes at the kinks. */
export const activations = {
  relu: (x) => relu(x),
  relu6,
  gelu,
  gelu_tanh: geluTanh,
  silu,
  hardswish: hardSwish,
  hardsigmoid: hardSigmoid,
  sigmoid: (x) => sigmoid(x),
  tanh: (x) => tanh(x),
  leaky_relu: (x, { negative_slope = 0.01 } = {}) => leakyRelu(x, negative_slope),
  elu: (x, { alpha = 1 } = {}) => elu(x, alpha),
  softplus: (x, { beta = 1, threshold = 20 } = {}) => softplus(x, beta, threshold),
  mish,
  selu: (x) => selu(x),
} satisfies Record<string, Activation>

export type ActivationName = keyof typeof activations

/** An elementwise function; those with parameters take them by PyTorch's names. */
export type Activation = (x: Tensor, parameters?: Readonly<Record<string, number>>) => Tensor
