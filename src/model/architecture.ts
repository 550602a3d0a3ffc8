import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ResolvedModel } from '../spec/run-spec.js'
import type { WeightDistributions } from './weight-distributions.js'

/** The config of an architecture, with the sizes that come from labels and data. */
export type ConfigOf<Name extends ResolvedModel['name']> = Choice<ResolvedModel, Name>

type Choice<Config, Name> = Config extends { readonly name: infer Names }
  ? Name extends Names
    ? Config
    : never
  : never

/** An architecture: images [batch, height, width, channels] in, logits [batch, num_classes] out, every layer named. */
export interface Architecture<Config> {
  build(config: Config): LayersModel
  /** The distributions of the initial weights for `init: pytorch`: what PyTorch or torchvision does for this network. */
  readonly pytorch: WeightDistributions
}
