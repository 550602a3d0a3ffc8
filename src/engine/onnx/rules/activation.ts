import { AppError } from '../../../core/errors.js'
import type { Order } from '../layout.js'
import type { Lowering } from '../lowering.js'
import { attribute, type Call } from '../values.js'

const plain: Readonly<Record<string, string>> = {
  relu: 'Relu',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
}

/** Applies the activation that a fused kernel ends with. */
export function activate(call: Call, lowering: Lowering, name: string, order: Order): string {
  const activation = attribute<string | undefined>(call, 'activation') ?? 'linear'
  const { graph } = lowering
  if (activation === 'linear') return name
  if (activation === 'relu6') {
    return graph.add('Clip', [name, graph.floats([0], []), graph.floats([6], [])])
  }
  if (activation === 'leakyrelu') {
    const alpha = attribute<number>(call, 'leakyreluAlpha')
    return graph.add('LeakyRelu', [name], { attributes: { alpha: { float: alpha } } })
  }
  const { preluActivationWeights: slopes } = call.inputs
  if (activation === 'prelu' && slopes) {
    return graph.add('PRelu', [name, lowering.operand(slopes, order)])
  }
  const op = plain[activation]
  if (op !== undefined) return graph.add(op, [name])
  throw new AppError(
    'engine_unsupported',
    `The onnxruntime engine has no rule for ${call.kernel} with activation ${activation}, in or after layer ${call.layer}`,
  )
}
