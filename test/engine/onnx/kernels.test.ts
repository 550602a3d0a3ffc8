import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import { silenceBanner } from '../../../src/engine/quiet.js'
import { kernels } from '../../../src/engine/onnx/kernels.js'
import type { trace as Trace } from '../../../src/engine/onnx/trace.js'
import type { OperationCase } from '../../contract/cases/case.js'
import { operationCases } from '../../contract/engine-operations.js'
import { feedsFor } from '../../contract/engine-values.js'

/** tfjs' kernels without a rule, and why. */
const without: Readonly<Record<string, readonly string[]>> = {
  'the shape of the result depends on the values': [
    'Bincount',
    'DenseBincount',
    'NonMaxSuppressionV3',
    'NonMaxSuppressionV4',
    'NonMaxSuppressionV5',
    'SparseFillEmptyRows',
    'SparseReshape',
    'SparseSegmentMean',
    'SparseSegmentSum',
    'Unique',
  ],
  'ragged tensors': ['RaggedGather', 'RaggedRange', 'RaggedTensorToTensor'],
  'complex numbers': ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'],
  strings: ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
  'volumes instead of images': [
    'AvgPool3D',
    'AvgPool3DGrad',
    'Conv3D',
    'Conv3DBackpropFilterV2',
    'Conv3DBackpropInputV2',
    'MaxPool3D',
    'MaxPool3DGrad',
  ],
  'random numbers of its own': ['Multinomial'],
  'morphology, warps and crops of whole images': [
    'CropAndResize',
    'Dilation2D',
    'Dilation2DBackpropFilter',
    'Dilation2DBackpropInput',
    'FlipLeftRight',
    'RotateWithOffset',
    'Transform',
  ],
  'search in sorted lists': ['LowerBound', 'SearchSorted', 'UpperBound'],
  'canvases and pixels of a browser': ['Draw', 'FromPixels'],
  'nothing in tfjs computes it': [
    'BroadcastArgs',
    'BroadcastTo',
    'LogicalXor',
    'MatrixBandPart',
    'Pool',
  ],
  'no gradient needs it, as places come out beside the values': ['MaxPoolWithArgmax'],
}

describe('rules of the onnxruntime engine', () => {
  before(async () => {
    silenceBanner()
    await tf.setBackend('cpu')
  })

  it('stand for kernels of tfjs, and cover all but those named here', () => {
    const known = Object.entries(tf).flatMap(([name, value]) => (name === value ? [name] : []))
    const covered = Object.keys(kernels)
    assert.deepEqual(
      known.filter((name) => !covered.includes(name)).sort(),
      Object.values(without).flat().sort(),
    )
    assert.deepEqual(
      covered.filter((name) => !known.includes(name)),
      [],
    )
  })

  it('are each exercised by a case of the engine contract', async () => {
    const { trace } = await import('../../../src/engine/onnx/trace.js')
    const seen = new Set<string>()
    for (const one of operationCases) {
      const { kernelNames } = await tf.profile(() => compute(one))
      for (const name of [...kernelNames, ...traced(one, trace)]) seen.add(name)
    }
    assert.deepEqual(
      Object.keys(kernels).filter((name) => !seen.has(name)),
      [],
    )
  })
})

/** Computes the operation on the cpu backend. */
function compute({ inputs, operation, below = 3 }: OperationCase): void {
  const feeds = feedsFor(inputs, { below })
  tf.tidy(() => {
    const given = Object.entries(inputs).map(
      ([name, { shape, dtype }]) => [name, tf.tensor(feeds[name]!, [...shape], dtype)] as const,
    )
    operation(Object.fromEntries(given))
  })
}

/** The kernels that a step of the operation and its gradients keeps. */
function traced(
  { inputs, operation, differentiable = true }: OperationCase,
  trace: typeof Trace,
): string[] {
  const names = Object.keys(inputs).filter((name) => inputs[name]!.dtype === 'float32')
  const step = (given: Record<string, tf.Tensor>) => {
    if (!differentiable) return { y: operation(given) }
    const gradients = tf.grads((...parts) => {
      const own = names.map((name, index) => [name, parts[index]!] as const)
      return operation({ ...given, ...Object.fromEntries(own) })
    })(names.map((name) => given[name]!))
    return Object.fromEntries(names.map((name, index) => [name, gradients[index]!]))
  }
  return trace(step, { inputs, state: [] }).calls.map(({ kernel }) => kernel)
}
