import '@tensorflow/tfjs-backend-cpu'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Random } from '../core/random.js'
import { lookUp } from '../core/table.js'
import { silenceBanner } from '../engine/quiet.js'
import type { ResolvedModel } from '../spec/run-spec.js'
import type { Architecture, ConfigOf } from './architecture.js'
import { cnn } from './cnn.js'
import { initialize } from './initializers.js'
import { mlp } from './mlp.js'

/** The hub: every architecture by name. */
const models = { mlp, cnn } satisfies {
  [Name in ResolvedModel['name']]: Architecture<ConfigOf<Name>>
}

/** Builds a model and draws its weights; each weight has a stream of its own, `init/<weight name>`. */
export function buildModel(config: ResolvedModel, random: Random): LayersModel {
  silenceBanner()
  const build = lookUp<unknown>(models, config.name, 'model') as Architecture<ResolvedModel>
  const model = build(config)
  initialize(model, config.init, random)
  return model
}
