import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ResolvedModel } from '../spec/run-spec.js'

/** The config of one architecture, with the sizes that come from labels and data. */
export type ConfigOf<Name extends ResolvedModel['name']> = Extract<ResolvedModel, { name: Name }>

/** An architecture: images [batch, height, width, channels] in, logits [batch, num_classes] out, every layer named. */
export type Architecture<Config> = (config: Config) => LayersModel
