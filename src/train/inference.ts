import { Random } from '../core/random.js'
import type { Engine } from '../engine/compile.js'
import { openEngine, resolveEngine } from '../engine/engines.js'
import { createInference, type Inference } from '../model/inference.js'
import { buildModel } from '../model/models.js'
import { weightHash } from '../model/weights.js'
import type { EngineConfig } from '../spec/types.gen.js'
import { loadCard, loadWeights } from './checkpoint.js'
import type { ModelCard } from './model-card.js'

/** A trained model on an engine. */
export interface TrainedModel {
  readonly card: ModelCard
  readonly inference: Inference
  /** The engine it is on, which goes with it. */
  readonly engine: Engine
  /** Epochs it was trained for; null where that is not recorded. */
  readonly epoch: number | null
  readonly weightHash: string
  dispose(): Promise<void>
}

/** Builds the network a checkpoint's card describes, loads its weights, and puts it on an engine. */
export async function openModel(
  directory: string,
  engineConfig: EngineConfig,
): Promise<TrainedModel> {
  const card = await loadCard(directory)
  const model = buildModel(card.model, new Random(0))
  const epoch = await loadWeights(directory, model)
  const engine = await openEngine(await resolveEngine(engineConfig))
  const inference = createInference({ model, engine })
  return {
    card,
    inference,
    engine,
    epoch,
    weightHash: weightHash(model),
    async dispose() {
      await inference.dispose()
      model.dispose()
      await engine.dispose()
    },
  }
}
