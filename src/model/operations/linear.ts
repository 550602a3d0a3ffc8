import { fused, matMul, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'

/** PyTorch's linear on the last axis: x [...,in] times a kernel [in,out], plus a bias [out] if there is one. */
export function linear(x: Tensor, kernel: Tensor, bias?: Tensor): Tensor {
  const [inputs = 1, outputs = 1] = kernel.shape
  const rows: Tensor2D = reshape(x, [x.size / inputs, inputs])
  const product = bias
    ? fused.matMul({ a: rows, b: kernel, bias, transposeA: false, transposeB: false })
    : matMul(rows, kernel)
  return reshape(product, [...x.shape.slice(0, -1), outputs])
}
