import type { LayersModel } from '@tensorflow/tfjs-layers'
import { canonicalJson } from '../core/hash.js'
import { Random } from '../core/random.js'
import { encodeOnnx } from '../model/export/onnx.js'
import { encodeTfjs } from '../model/export/tfjs.js'
import { encodeTorch } from '../model/export/torch.js'
import { buildModel } from '../model/models.js'
import { weightHash } from '../model/weights.js'
import { atelierVersion } from '../spec/environment.js'
import type { ExportConfig } from '../spec/types.gen.js'
import { loadCard, loadWeights } from './checkpoint.js'
import type { ModelCard } from './model-card.js'

/** A model in a format of others, not yet written. */
export interface Export {
  /** What was made; a tfjs model is one of two kinds. */
  readonly kind: 'onnx' | 'layers-model' | 'graph-model' | 'safetensors'
  /** Why a tfjs model is no LayersModel; null for all others. */
  readonly reason: string | null
  /** Contents by file name, in the order in which they are to be written. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly weightHash: string
}

/** Loads the model in a directory and encodes it; the files carry its labels, normalization and sizes. */
export async function exportModel(
  directory: string,
  format: ExportConfig['format'],
): Promise<Export> {
  const card = await loadCard(directory)
  const model = buildModel(card.model, new Random(0))
  try {
    await loadWeights(directory, model)
    const hash = weightHash(model)
    const source = { model, card, hash, version: await atelierVersion() }
    return { ...exporters[format](source), weightHash: hash }
  } finally {
    model.dispose()
  }
}

interface Source {
  readonly model: LayersModel
  readonly card: ModelCard
  readonly hash: string
  readonly version: string
}

const exporters = {
  onnx({ model, card, hash, version }) {
    const description = `${card.model.name} of run ${card.run_id}`
    const metadata = { ...textsOf(card), weight_hash: hash }
    const bytes = encodeOnnx(model, { producerVersion: version, description, metadata })
    return { kind: 'onnx', reason: null, files: new Map([['model.onnx', bytes]]) }
  },
  tfjs({ model, card, hash, version }) {
    const metadata = { atelier: { ...card, weight_hash: hash, version } }
    const { kind, reason, modelJson, weights } = encodeTfjs(model, metadata)
    const json = Buffer.from(`${JSON.stringify(modelJson)}\n`)
    return {
      kind,
      reason,
      files: new Map([
        ['weights.bin', weights],
        ['model.json', json],
      ]),
    }
  },
  safetensors({ model, card, hash }) {
    const bytes = encodeTorch(model, { format: 'pt', ...textsOf(card), weight_hash: hash })
    return { kind: 'safetensors', reason: null, files: new Map([['model.safetensors', bytes]]) }
  },
} satisfies Record<ExportConfig['format'], (source: Source) => Omit<Export, 'weightHash'>>

/** The card for formats whose metadata are texts: what is no text is JSON. */
function textsOf(card: ModelCard): Record<string, string> {
  return Object.fromEntries(
    Object.entries(card).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : canonicalJson(value),
    ]),
  )
}
