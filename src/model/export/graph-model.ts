import type { LayersModel } from '@tensorflow/tfjs-layers'
import { fillOf, type Value } from '../../engine/onnx/values.js'
import { weightsOf } from '../variables.js'
import type { EncodedModel } from '../weights.js'
import { traceInference, type BatchTraces } from './batch-traces.js'
import { allSizes, graphCall, scalar } from './graph-call.js'
import { attributes, createGraphNodes, type Constant, type GraphNodes } from './graph-nodes.js'
import { graphRuleOf } from './graph-rules.js'

const [image, logits] = ['image', 'logits']

/**
 * A model as a tfjs GraphModel, from the kernels that it calls: for models whose layers stock tfjs does not have. Input
 * `image`, output `logits`, any batch size. `reason` says why it is no LayersModel.
 */
export function encodeGraphModel(
  model: LayersModel,
  metadata: Record<string, unknown>,
  reason: string,
): EncodedModel {
  const traced = traceInference(model)
  const graph = createGraphNodes(image)
  const places = placeSources(graph, traced, model)
  const nodeOf = (first: Value, second: Value): string =>
    places.get(first.id) ?? placeConstant(graph, [first, second], traced.batches)
  const [{ calls, outputs, inputs }, other] = traced.traces
  if (calls.length !== other.calls.length) throw new Error('The trace depends on the batch size')
  for (const [index, call] of calls.entries()) {
    const twin = other.calls[index]
    if (twin?.kernel !== call.kernel) throw new Error('The trace depends on the batch size')
    const paired = graphCall(graph, [call, twin], traced.batches, nodeOf)
    const names = [graphRuleOf(paired)(paired)].flat()
    call.outputs.forEach((value, output) => places.set(value.id, names[output] ?? ''))
  }
  const [result] = outputs
  const [source] = inputs
  if (!result || !source) throw new Error('A model without input or output')
  const last = nodeOf(result.value, result.value)
  graph.place({
    name: logits,
    op: 'Identity',
    input: [last],
    attr: { T: attributes.type('float32') },
  })
  const { nodes, constants } = graph.collect(logits)
  const modelJson = {
    format: 'graph-model',
    generatedBy: 'atelier',
    convertedBy: null,
    loads_in: 'tfjs-converter',
    reason,
    signature: {
      inputs: { [image]: signature(image, source.value.shape) },
      outputs: { [logits]: signature(logits, result.value.shape) },
    },
    modelTopology: { node: nodes, library: {}, versions: {} },
    weightsManifest: [{ paths: ['weights.bin'], weights: constants.map(manifestEntry) }],
    userDefinedMetadata: metadata,
  }
  return { modelJson, weights: Buffer.concat(constants.map(({ data }) => bytesOf(data))) }
}

function placeSources(graph: GraphNodes, { traces }: BatchTraces, model: LayersModel) {
  const [{ inputs, state }] = traces
  const places = new Map<number, string>()
  for (const { value } of inputs) {
    const shape = attributes.shape([-1, ...value.shape.slice(1)])
    graph.place({
      name: image,
      op: 'Placeholder',
      input: [],
      attr: { dtype: attributes.type('float32'), shape },
    })
    places.set(value.id, image)
  }
  const names = new Map(weightsOf(model).map(({ name, variable }) => [variable, name]))
  for (const { variable, value } of state) {
    const name = names.get(variable)
    const data = variable.dataSync<'float32'>()
    const given = name === undefined ? {} : { name }
    places.set(
      value.id,
      graph.constant({ ...given, shape: variable.shape, dtype: 'float32', data }),
    )
  }
  return places
}

/** A value that no kernel made: a number everywhere, or data from before the trace. */
function placeConstant(
  graph: GraphNodes,
  [first, second]: readonly [Value, Value],
  batches: BatchTraces['batches'],
): string {
  const { source, dtype, shape } = first
  const sizes = allSizes(shape, second.shape, batches)
  const fill = fillOf(first)
  if (fill !== undefined) {
    const value = scalar(graph, fill, dtype)
    if (shape.length === 0) return value
    return graph.add('Fill', [graph.sizes(sizes, 'exact'), value], { T: attributes.type(dtype) })
  }
  if (source.kind !== 'data' || sizes.some((size) => typeof size !== 'number')) {
    throw new Error(`A value from ${source.kind} has no place in the graph`)
  }
  const data = dtype === 'bool' ? Uint8Array.from(source.data) : source.data
  return graph.constant({ shape, dtype, data })
}

function signature(name: string, shape: readonly number[]) {
  const dim = [-1, ...shape.slice(1)].map((size) => ({ size: String(size) }))
  return { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: { dim } }
}

function manifestEntry({ name, shape, dtype }: Constant) {
  return { name, shape, dtype }
}

function bytesOf(data: Constant['data']): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
