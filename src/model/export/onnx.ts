import type { LayersModel } from '@tensorflow/tfjs-layers'
import { rowMajor, stateOrder, storedShape, toOrder } from '../../engine/onnx/layout.js'
import { lower, packName } from '../../engine/onnx/lower.js'
import {
  encodeModel,
  type GraphProto,
  type ModelFacts,
  type NodeProto,
  type TensorProto,
  type ValueProto,
} from '../../engine/onnx/protobuf.js'
import type { Trace } from '../../engine/onnx/recorder.js'
import type { GraphFeed } from '../../engine/onnx/lowering.js'
import { weightsOf, type NamedVariable } from '../variables.js'
import { traceInference } from './batch-traces.js'
import { int64s, joinGraphs } from './dynamic-batch.js'
import { exportRuleOf } from './onnx-rules.js'

/**
 * A model as one ONNX file with its weights inside: input `image`, float32 [batch, height, width, channels], normalized
 * as in training; output `logits`, float32 [batch, classes]. The batch size is free.
 */
export function encodeOnnx(model: LayersModel, facts: Omit<ModelFacts, 'graphName'>): Uint8Array {
  const { traces, batches } = traceInference(model)
  const weights = weightsOf(model)
  const graphs = [graphOf(traces[0], weights), graphOf(traces[1], weights)] as const
  const graph = joinGraphs(graphs, batches, 'image')
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs))
  const initializers = [
    ...weights.filter(({ name }) => used.has(name)).map(initializerOf),
    ...graph.initializers,
  ]
  return encodeModel({ ...graph, initializers }, { ...facts, graphName: model.name })
}

function graphOf(trace: Trace, weights: readonly NamedVariable[]): GraphProto {
  const packs = weights.map(({ variable }) => ({ members: [variable] }))
  const lowering = lower(trace, packs, exportRuleOf)
  const { graph } = lowering
  const outputs = trace.outputs.map(({ name, value }): ValueProto => {
    graph.name(lowering.inOrder(value, rowMajor(value.shape.length)), name)
    return { name, type: value.dtype, dims: value.shape }
  })
  const inputs = trace.inputs.map(({ name, value }) => ({
    name,
    type: value.dtype,
    dims: value.shape,
  }))
  const collected = graph.collect(lowering.feeds(), outputs)
  const names = new Map(packs.map((pack, index) => [packName(packs, pack), weights[index]?.name]))
  const reshapes = reshapeFeeds(lowering.feeds(), inputs)
  for (const { name, as } of reshapes) names.set(name, as)
  const rename = (name: string): string => names.get(name) ?? name
  return {
    nodes: [
      ...reshapes.flatMap(({ nodes }) => nodes),
      ...collected.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
    ],
    initializers: [...collected.initializers, ...reshapes.flatMap(({ shapes }) => shapes)],
    inputs,
    outputs,
  }
}

/** A step may feed one input in several shapes; an exported graph has it once, and reshapes it. */
function reshapeFeeds(feeds: readonly GraphFeed[], inputs: readonly ValueProto[]) {
  return feeds.map(({ name, input, dims }, index) => {
    const original = inputs.find((value) => value.name === input)
    if (original?.dims.join() === dims.join()) return { name, as: input, nodes: [], shapes: [] }
    const as = `${input} reshaped ${index}`
    const shape = int64s(`${as} shape`, dims)
    const names = { name: as, inputs: [input, shape.name], outputs: [as] }
    const node: NodeProto = { op: 'Reshape', domain: '', ...names, attributes: {} }
    return { name, as, nodes: [node], shapes: [shape] }
  })
}

function initializerOf({ name, variable }: NamedVariable): TensorProto {
  const order = stateOrder(variable.shape.length)
  const values = variable.dataSync<'float32'>()
  const stored = new Float32Array(values.length)
  toOrder(values, variable.shape, order, stored)
  const dims = storedShape(variable.shape, order)
  return { name, type: 'float32', dims, bytes: new Uint8Array(stored.buffer) }
}
