import type { LayersModel } from '@tensorflow/tfjs-layers'
import { composeRoot } from '../../../src/config/compose.js'
import { defaultSettings } from '../../../src/config/settings.js'
import { Random } from '../../../src/core/random.js'
import { openOnnx } from '../../../src/engine/onnx-engine.js'
import { createInference } from '../../../src/model/inference.js'
import { buildModel } from '../../../src/model/models.js'
import { assignValues, weightsOf } from '../../../src/model/variables.js'
import type { ResolvedModel } from '../../../src/spec/run-spec.js'

/** Words for every architecture of the hub, small enough for plain JavaScript. */
export const smallModels = {
  mlp: ['model=mlp', 'model.hidden=[7]', 'model.dropout=0.2'],
  cnn: ['model=cnn', 'model.widths=[3,4]', 'model.dense=6'],
  'cnn with average pooling': ['model=cnn', 'model.widths=[3]', 'model.pooling=average'],
  lenet: ['model=lenet'],
  resnet18: ['model=resnet18', 'model.width=0.125'],
  resnet50: ['model=resnet50', 'model.width=0.125'],
  mobilenet_v2: ['model=mobilenet_v2', 'model.width=0.25'],
  squeezenet1_1: ['model=squeezenet1_1', 'model.width=0.25'],
  shufflenet_v2_x1_0: ['model=shufflenet_v2_x1_0', 'model.width=0.25'],
  efficientnet_b0: ['model=efficientnet_b0', 'model.width=0.25'],
  densenet121: ['model=densenet121', 'model.width=0.25'],
  vit: ['model=vit', 'model.patch_size=8', 'model.layers=2'],
} as const satisfies Record<string, readonly string[]>

export type SmallModel = keyof typeof smallModels

const imageSize = [40, 32] as const

/** The config of a small model: five classes, images of 40x32 in three channels. */
function smallConfig(name: SmallModel): ResolvedModel {
  const context = { cwd: '/', env: {}, settings: defaultSettings }
  const { model } = composeRoot('train', smallModels[name], context).config
  const sizes = { num_classes: 5, in_channels: 3, image_size: imageSize, cache_features: false }
  return { ...model, ...sizes } as ResolvedModel
}

/** Builds a small model whose weights, statistics and biases all matter to the result. */
export function buildSmall(name: SmallModel): LayersModel {
  const model = buildModel(smallConfig(name), new Random(1))
  const random = new Random(2)
  for (const { name: weight, variable } of weightsOf(model)) {
    if (variable.shape.length > 1) continue
    const stream = random.fork(weight)
    const base = /gamma$|variance$/.test(weight) ? 1 : 0
    const values = new Float32Array(variable.size).map(() => base + 0.4 * (stream.uniform() - 0.5))
    assignValues(variable, values)
  }
  return model
}

/** Some images for the small models, row-major [count, height, width, channels]. */
export function smallImages(count: number): { x: Float32Array; shape: number[] } {
  const shape = [count, ...imageSize, 3]
  const random = new Random(3)
  const x = new Float32Array(shape.reduce((a, b) => a * b)).map(() => random.uniform())
  return { x, shape }
}

/** What the default engine makes of some images. */
export async function engineLogits(
  model: LayersModel,
  { x, shape }: ReturnType<typeof smallImages>,
): Promise<Float32Array> {
  const engine = await openOnnx({ name: 'onnxruntime', device: 'cpu', threads: 1 })
  const inference = createInference({ model, engine })
  try {
    return await inference.logits(x, shape[0] ?? 0)
  } finally {
    await inference.dispose()
    await engine.dispose()
  }
}
