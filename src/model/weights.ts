import { createHash } from 'node:crypto'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../core/errors.js'
import { stockTopology, type Topology } from './export/stock-layers.js'
import type { TensorData } from '../core/safetensors.js'
import { assignValues, weightsOf } from './variables.js'

interface ManifestWeight {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'float32'
}

/** `model.json` and `weights.bin` of a model. */
export interface EncodedModel {
  readonly modelJson: unknown
  readonly weights: Uint8Array
}

/** A model in the LayersModel format, and whether stock tfjs has all of its layers. */
export interface EncodedLayers extends EncodedModel {
  /** Why stock tfjs cannot load it; null where it can. */
  readonly obstacle: string | null
}

const weightsFile = 'weights.bin'
const bytesPerValue = 4

/**
 * Saves a model in tfjs' LayersModel format; `metadata` becomes userDefinedMetadata. Stock tfjs loads it wherever stock
 * layers suffice; `loads_in` says whether they do.
 */
export function encodeModel(model: LayersModel, metadata: Record<string, unknown>): EncodedLayers {
  const tensors = [...readWeights(model)]
  const manifest = tensors.map(([name, { shape, dtype }]) => ({ name, shape, dtype }))
  const own = model.toJSON(undefined, false) as unknown as Topology
  const stock = stockTopology(own)
  const modelJson = {
    format: 'layers-model',
    generatedBy: 'atelier',
    convertedBy: null,
    ...(stock.kind === 'stock'
      ? { loads_in: 'tfjs-layers' }
      : { loads_in: 'atelier', reason: stock.reason }),
    modelTopology: stock.kind === 'stock' ? stock.topology : own,
    weightsManifest: [{ paths: [weightsFile], weights: manifest }],
    userDefinedMetadata: metadata,
  }
  return {
    modelJson,
    weights: Buffer.concat(tensors.map(([, { data }]) => bytesOf(data))),
    obstacle: stock.kind === 'stock' ? null : stock.reason,
  }
}

/** Reads the weights of a saved model by name; `run_corrupt` when the two files do not fit together. */
export function decodeWeights(modelJson: unknown, weights: Uint8Array): Map<string, TensorData> {
  refuseGraphModel(modelJson)
  const manifest = manifestOf(modelJson)
  const bytes = manifest.reduce((total, { shape }) => total + bytesPerValue * sizeOf(shape), 0)
  if (bytes !== weights.length) {
    throw corrupt(`${weightsFile} has ${weights.length} bytes, but model.json lists ${bytes}`)
  }
  const { buffer } = new Uint8Array(weights)
  let position = 0
  return new Map(
    manifest.map(({ name, shape }) => {
      const data = new Float32Array(buffer, position, sizeOf(shape))
      position += data.byteLength
      return [name, { dtype: 'float32', shape, data }]
    }),
  )
}

/** Overwrites all weights; `checkpoint_mismatch` names the first one that is missing, unknown or of another shape. */
export function restoreWeights(model: LayersModel, tensors: ReadonlyMap<string, TensorData>): void {
  const known = new Map(weightsOf(model).map(({ name, variable }) => [name, variable]))
  for (const [name, { shape }] of known) {
    const found = tensors.get(name)
    if (found === undefined) throw mismatch(`it has no weight '${name}'`)
    if (found.shape.join() !== shape.join()) {
      const [theirs, ours] = [found.shape.join(', '), shape.join(', ')]
      throw mismatch(`'${name}' has the shape [${theirs}] there and [${ours}] here`)
    }
  }
  for (const name of tensors.keys()) {
    if (!known.has(name)) throw mismatch(`the model has no weight '${name}'`)
  }
  for (const [name, variable] of known)
    assignValues(variable, (tensors.get(name) as TensorData).data)
}

/** The `hashWeights` of a model. */
export function weightHash(model: LayersModel): string {
  return hashWeights(readWeights(model))
}

/** SHA-256 over name, shape and little-endian bytes of every weight, in the order of their names. */
export function hashWeights(tensors: ReadonlyMap<string, TensorData>): string {
  const hash = createHash('sha256')
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\n${shape.join('x')}\n`).update(bytesOf(data))
  }
  return hash.digest('hex')
}

function readWeights(model: LayersModel): Map<string, TensorData & { dtype: 'float32' }> {
  return new Map(
    weightsOf(model).map(({ name, variable }) => {
      const data = variable.dataSync<'float32'>()
      return [name, { dtype: 'float32', shape: variable.shape, data }]
    }),
  )
}

function refuseGraphModel(modelJson: unknown): void {
  if ((Object(modelJson) as { format?: unknown }).format !== 'graph-model') return
  throw new AppError('checkpoint_mismatch', 'A GraphModel of tfjs cannot be read back', {
    hint: "Use the model.json in the run's checkpoints, or an export with format=safetensors.",
  })
}

function manifestOf(modelJson: unknown): ManifestWeight[] {
  const groups = (Object(modelJson) as { weightsManifest?: unknown }).weightsManifest
  if (!Array.isArray(groups)) throw corrupt('model.json has no weights manifest')
  return groups.flatMap((group: unknown) => {
    const { weights } = Object(group) as { weights?: unknown }
    if (!Array.isArray(weights) || !weights.every(isManifestWeight)) {
      throw corrupt('the weights manifest of model.json is not valid')
    }
    return weights
  })
}

function isManifestWeight(value: unknown): value is ManifestWeight {
  const { name, shape, dtype } = Object(value) as Record<string, unknown>
  const isShape =
    Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size > 0)
  return typeof name === 'string' && isShape && dtype === 'float32'
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function bytesOf(data: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function corrupt(reason: string): AppError {
  return new AppError('run_corrupt', `The saved model is damaged: ${reason}`)
}

function mismatch(reason: string): AppError {
  return new AppError('checkpoint_mismatch', `The checkpoint does not fit the model: ${reason}`)
}
