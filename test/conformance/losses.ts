import {
  keep,
  mul,
  reshape,
  sum,
  transpose,
  valueAndGrad,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import type { Engine, Feed, InputSpec } from '../../src/engine/compile.js'
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
import { judge, notOffered, type Comparison, type JudgeContext, type Verdict } from './verdict.js'

interface FixtureTensor {
  readonly shape: readonly number[]
  readonly dtype?: string
  readonly data: readonly (number | string)[]
}

type Tensors = Readonly<Record<string, FixtureTensor>>

interface LossCase {
  readonly name: string
  readonly op: string
  readonly reduction: Reduction | 'batchmean'
  readonly params: object
  readonly tensors: Tensors & { readonly input: FixtureTensor }
  readonly grad_output?: FixtureTensor
  readonly value: FixtureTensor
  readonly grad_input: FixtureTensor
  /** The tensors that differ where the channels come last. */
  readonly nhwc?: Tensors
}

type Call = (given: Record<string, Tensor>, options: never) => Tensor

/** PyTorch's losses, by its names. */
const functions: Readonly<Record<string, Call>> = {
  cross_entropy: ({ input, target, weight }, options: object) =>
    crossEntropy(input!, target!, { ...options, weight: (weight as Tensor1D | undefined) ?? null }),
  nll_loss: ({ input, target, weight }, options: object) =>
    nll(input!, target!, { ...options, weight: (weight as Tensor1D | undefined) ?? null }),
  binary_cross_entropy_with_logits: ({ input, target, ...weights }, options: object) =>
    binaryCrossEntropyWithLogits(input!, target!, { ...options, ...weights }),
  binary_cross_entropy: ({ input, target, ...weights }, options: object) =>
    binaryCrossEntropy(input!, target!, { ...options, ...weights }),
  multi_margin_loss: ({ input, target, weight }, options: object) =>
    multiMargin(input!, target!, { ...options, weight: (weight as Tensor1D | undefined) ?? null }),
  sigmoid_focal_loss: ({ input, target }, options: object) =>
    sigmoidFocal(input!, target!, options),
  softmax_focal_loss: ({ input, target, weight }, options: object) =>
    softmaxFocal(input!, target!, { ...options, weight: (weight as Tensor1D | undefined) ?? null }),
  mse_loss: ({ input, target }, { reduction }: { reduction: Reduction }) =>
    mse(input!, target!, reduction),
  l1_loss: ({ input, target }, { reduction }: { reduction: Reduction }) =>
    l1(input!, target!, reduction),
  smooth_l1_loss: ({ input, target }, options: object) => smoothL1(input!, target!, options),
  huber_loss: ({ input, target }, options: object) => huber(input!, target!, options),
  kl_div: ({ input, target }, options: object) => klDiv(input!, target!, options),
}

/** Those for which the classes are an axis of their own. */
const ofClasses = new Set(['cross_entropy', 'nll_loss', 'multi_margin_loss', 'softmax_focal_loss'])

/** PyTorch's losses: value and gradient to 1e-5, with channels first and last. */
export async function judgeLosses(
  { cases }: { readonly cases: readonly LossCase[] },
  { engine }: JudgeContext,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const one of cases) {
    const call = functions[one.op]
    if (call === undefined) {
      verdicts.push(notOffered(one.op))
      continue
    }
    verdicts.push(judge(one.name, await comparisons(await engine(), call, one)))
  }
  return verdicts
}

async function comparisons(engine: Engine, call: Call, one: LossCase): Promise<Comparison[]> {
  const isSpatial = ofClasses.has(one.op) && one.tensors.input.shape.length > 2
  const first = await compared(engine, call, one, isSpatial)
  if (one.nhwc === undefined) return first
  const { grad_input = one.grad_input, ...tensors } = one.nhwc
  const last = { ...one, tensors: { ...one.tensors, ...tensors }, grad_input }
  return [...first, ...(await compared(engine, call, last, false))]
}

/** Value and gradient in one layout; our losses want classes last, so the step moves them there. */
async function compared(
  engine: Engine,
  call: Call,
  { tensors, reduction, params, grad_output, value, grad_input }: LossCase,
  channelsFirst: boolean,
): Promise<Comparison[]> {
  const given = { ...tensors, ...(grad_output && { grad_output }) }
  const compute = (inputs: Record<string, Tensor>) => {
    const { input, grad_output: upstream, target, ...weights } = inputs
    const isShare = target!.rank === input!.rank
    const rest = { target: channelsFirst && isShare ? channelsLast(target!) : target!, ...weights }
    let single: Tensor | undefined
    const { value: total, grad } = valueAndGrad((x) => {
      const moved = channelsFirst ? channelsLast(x) : x
      single = keep(call({ input: moved, ...rest }, { reduction, ...params } as never))
      return upstream === undefined ? reshape(single, []) : sum(mul(single, upstream))
    })(input!)
    return { value: upstream === undefined ? total : single!, gradient: grad }
  }
  const inputs = Object.entries(given).map(([name, { shape, dtype }]): [string, InputSpec] => [
    name,
    { shape, dtype: dtype === 'int64' ? 'int32' : 'float32' },
  ])
  const step = await engine.compile(compute, { inputs: Object.fromEntries(inputs), state: [] })
  const feeds = Object.entries(given).map(([name, tensor]) => [name, feedOf(tensor)] as const)
  const out = await step.run(Object.fromEntries(feeds))
  await step.dispose()
  const layout = channelsFirst ? ', channels first' : ''
  return [
    { what: `value${layout}`, expected: numbers(value), got: [...out['value']!], tolerance: 1e-5 },
    {
      what: `gradient${layout}`,
      expected: numbers(grad_input),
      got: [...out['gradient']!],
      tolerance: 1e-5,
    },
  ]
}

function channelsLast(x: Tensor): Tensor {
  const spatial = x.shape.slice(2).map((_, index) => index + 2)
  return transpose(x, [0, ...spatial, 1])
}

function feedOf(tensor: FixtureTensor): Feed {
  const values = numbers(tensor)
  return tensor.dtype === 'int64' ? Int32Array.from(values) : Float32Array.from(values)
}

function numbers({ data }: FixtureTensor): number[] {
  return data.map(Number)
}
