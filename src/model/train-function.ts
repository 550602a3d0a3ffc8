import { keep, tidy, variableGrads, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { StepFunction } from '../engine/compile.js'
import { dropoutLayers, maskInput } from './dropout-masks.js'
import type { Loss } from './losses/loss.js'
import type { Updater } from './updater.js'

/**
 * One training step as a function of tensors: forward, loss, gradients, and the update if this batch completes it.
 * Inputs: images `x`, labels or their shares `y`, a mask per dropout layer and, for an update, the updater's scalars. Outputs: the mean
 * `loss` and the `logits` before the update.
 */
export function trainFunction(options: {
  model: LayersModel
  loss: Loss
  updater: Updater
  completes: boolean
}): StepFunction {
  const { model, loss, updater, completes } = options
  const dropouts = dropoutLayers(model).map(({ name }) => name)
  const parameters = updater.parameters.map(({ variable }) => variable)
  return (inputs) =>
    tidy(() => {
      const masks = Object.fromEntries(dropouts.map((name) => [name, inputs[maskInput(name)]]))
      let forward: Tensor2D | undefined
      const { value, grads } = variableGrads(() => {
        forward = keep(model.apply(inputs['x'] as Tensor, { training: true, masks }) as Tensor2D)
        return loss(forward, inputs['y'] as Tensor2D)
      }, parameters)
      const logits = (forward as Tensor2D).clone()
      forward?.dispose()
      if (completes) updater.apply(grads, inputs)
      else updater.collect(grads, inputs)
      return { loss: value, logits }
    })
}
