import { serialization } from '@tensorflow/tfjs-core'

/** A layer in the JSON form of a LayersModel. */
interface LayerJson {
  readonly name: string
  readonly class_name: string
  readonly config: Readonly<Record<string, unknown>>
  readonly inbound_nodes: readonly (readonly (readonly [string, number, number, object])[])[]
}

/** The topology of a LayersModel, in its JSON form. */
export interface Topology {
  readonly config: { readonly layers: readonly LayerJson[] }
}

/** A topology that stock tfjs can load, or why there is none. */
export type StockTopology =
  | { readonly kind: 'stock'; readonly topology: Topology }
  | { readonly kind: 'none'; readonly reason: string }

type Pixels = readonly [readonly [number, number], readonly [number, number]]

/** Layers whose padding in pixels is the same as zeros around the image. */
const padsWithZeros = new Set(['Conv2D', 'DepthwiseConv2D'])

/** Activations without negative results, after which zeros around an image never win a maximum. */
const nonNegative = new Set(['relu', 'relu6', 'sigmoid', 'hard_sigmoid', 'softplus', 'softmax'])

/** Layers without negative results where their inputs have none. */
const keepSign = new Set([
  ...['Add', 'Average', 'Concatenate', 'Dropout', 'Flatten', 'Multiply', 'Reshape'],
  ...['AveragePooling2D', 'GlobalAveragePooling2D', 'GlobalMaxPooling2D', 'MaxPooling2D'],
])

/**
 * Rewrites a topology for stock tfjs, which has no word for padding in pixels: a layer that pads becomes a ZeroPadding2D
 * and the layer without padding. A class that tfjs does not have, or a maximum over padding that might be negative, is
 * a reason why it cannot be.
 */
export function stockTopology(topology: Topology): StockTopology {
  const { layers } = topology.config
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  for (const layer of layers) {
    const reason = obstacle(layer, byName)
    if (reason !== undefined) return { kind: 'none', reason }
  }
  const config = { ...topology.config, layers: layers.flatMap(withoutPixels) }
  return { kind: 'stock', topology: { ...topology, config } }
}

function obstacle(layer: LayerJson, byName: ReadonlyMap<string, LayerJson>): string | undefined {
  const { name, class_name: kind } = layer
  if (!Object.hasOwn(serialization.SerializationMap.getMap().classNameMap, kind)) {
    return `layer ${name} is a ${kind}, which tfjs does not have`
  }
  if (pixelsOf(layer) === undefined || padsWithZeros.has(kind)) return undefined
  if (kind === 'MaxPooling2D' && inputsOf(layer).every((input) => isNonNegative(input, byName))) {
    return undefined
  }
  return `layer ${name} is a ${kind} whose padding tfjs does not have`
}

function isNonNegative(name: string, byName: ReadonlyMap<string, LayerJson>): boolean {
  const layer = byName.get(name)
  if (layer === undefined) return false
  const { class_name: kind, config } = layer
  if (kind === 'ReLU') return true
  const activation = config['activation']
  if (typeof activation === 'string' && nonNegative.has(activation)) return true
  return keepSign.has(kind) && inputsOf(layer).every((input) => isNonNegative(input, byName))
}

function inputsOf({ inbound_nodes: nodes }: LayerJson): string[] {
  return nodes.flatMap((node) => node.map(([name]) => name))
}

function pixelsOf({ class_name: kind, config }: LayerJson): Pixels | undefined {
  const padding = config['padding']
  return Array.isArray(padding) && kind !== 'ZeroPadding2D'
    ? (padding as unknown as Pixels)
    : undefined
}

function withoutPixels(layer: LayerJson): LayerJson[] {
  const padding = pixelsOf(layer)
  if (padding === undefined) return [layer]
  const name = `${layer.name}.padding`
  return [
    {
      name,
      class_name: 'ZeroPadding2D',
      config: { name, trainable: false, padding, data_format: 'channels_last' },
      inbound_nodes: layer.inbound_nodes,
    },
    {
      ...layer,
      config: { ...layer.config, padding: 'valid' },
      inbound_nodes: layer.inbound_nodes.map((_, index) => [[name, index, 0, {}]]),
    },
  ]
}
