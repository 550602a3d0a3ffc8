import {
  keep,
  tidy,
  variableGrads,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { StepFunction } from '../engine/compile.js'
import { dropoutLayers, maskInput } from './dropout-masks.js'
import type { Loss } from './losses/loss.js'
import type { Optimizer } from './optimizers.js'

/**
 * One training step as a function of tensors: forward, loss, gradients, update. Inputs: images `x`, labels `y`, a mask
 * per dropout layer and the optimizer's scalars. Outputs: the mean `loss` and the `logits` before the update.
 */
export function trainFunction(model: LayersModel, loss: Loss, optimizer: Optimizer): StepFunction {
  const dropouts = dropoutLayers(model).map(({ name }) => name)
  return (inputs) =>
    tidy(() => {
      const masks = Object.fromEntries(dropouts.map((name) => [name, inputs[maskInput(name)]]))
      let forward: Tensor2D | undefined
      const { value, grads } = variableGrads(() => {
        forward = keep(model.apply(inputs['x'] as Tensor, { training: true, masks }) as Tensor2D)
        return loss(forward, inputs['y'] as Tensor1D)
      }, [...optimizer.parameters])
      optimizer.apply(grads, inputs)
      const logits = (forward as Tensor2D).clone()
      forward?.dispose()
      return { loss: value, logits }
    })
}
