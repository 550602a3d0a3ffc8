import '@tensorflow/tfjs-backend-cpu'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Random } from '../core/random.js'
import { lookUp } from '../core/table.js'
import { silenceBanner } from '../engine/quiet.js'
import type { ResolvedModel } from '../spec/run-spec.js'
import type { Architecture, ConfigOf } from './architecture.js'
import { cnn } from './cnn.js'
import { densenet } from './densenet.js'
import { efficientnet } from './efficientnet.js'
import { initialize } from './initializers.js'
import { lenet } from './lenet.js'
import { mlp } from './mlp.js'
import { mobilenetV2 } from './mobilenet-v2.js'
import { resnet } from './resnet.js'
import { shufflenetV2 } from './shufflenet-v2.js'
import { squeezenet } from './squeezenet.js'
import { vit } from './vit.js'
import { keras } from './weight-distributions.js'

/** The hub: every architecture by name. */
const models = {
  mlp,
  lenet,
  cnn,
  resnet18: resnet,
  resnet34: resnet,
  resnet50: resnet,
  resnet101: resnet,
  mobilenet_v2: mobilenetV2,
  squeezenet1_1: squeezenet,
  shufflenet_v2_x1_0: shufflenetV2,
  efficientnet_b0: efficientnet,
  densenet121: densenet,
  vit,
} satisfies { [Name in ResolvedModel['name']]: Architecture<ConfigOf<Name>> }

/** Builds a model and draws its weights; each weight has a stream of its own, `init/<weight name>`. */
export function buildModel(config: ResolvedModel, random: Random): LayersModel {
  silenceBanner()
  const found = lookUp<unknown>(models, config.name, 'model') as Architecture<ResolvedModel>
  const model = found.build(config)
  initialize(model, config.init === 'keras' ? keras : found.pytorch, random)
  return model
}
