import { greater, mul, softplus as unit, where, type Tensor } from '@tensorflow/tfjs-core'

/** Beyond this value of beta x, float32 cannot tell log(1 + exp) from its argument. */
const indistinguishable = 17

/** log(1 + exp(beta x)) / beta, and x itself where beta x is above the threshold. */
export function softplus(x: Tensor, beta = 1, threshold = 20): Tensor {
  const curve = beta === 1 ? unit(x) : mul(unit(mul(x, beta)), 1 / beta)
  return threshold >= indistinguishable ? curve : where(greater(mul(x, beta), threshold), x, curve)
}
