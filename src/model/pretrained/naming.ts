import type { ModelConfig } from '../../spec/types.gen.js'
import type { TensorData } from '../../core/safetensors.js'
import type { Slot } from './slots.js'
import {
  densenetNames,
  efficientnetNames,
  mobilenetV2Names,
  vitNames,
  type Rename,
} from './timm-names.js'

/** Whose names the tensors of a file have. */
export type Naming = 'torchvision' | 'timm' | 'tfjs'

/**
 * Other names than torchvision's, by architecture. timm's resnet and densenet have torchvision's; of squeezenet and
 * shufflenet it has none.
 */
const renames: Partial<Record<ModelConfig['name'], Rename>> = {
  mobilenet_v2: mobilenetV2Names,
  efficientnet_b0: efficientnetNames,
  densenet121: densenetNames,
  vit: vitNames,
}

/** The tensors under torchvision's names: renamed where that gives more slots a tensor than their own names do. */
export function torchNamed(
  architecture: ModelConfig['name'],
  slots: readonly Slot[],
  tensors: ReadonlyMap<string, TensorData>,
): { naming: Naming; tensors: ReadonlyMap<string, TensorData> } {
  const found = (candidate: ReadonlyMap<string, TensorData>) =>
    slots.filter(({ name }) => candidate.has(name)).length
  const rename = renames[architecture]
  if (rename !== undefined) {
    const renamed = new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]))
    if (found(renamed) > found(tensors)) return { naming: 'timm', tensors: renamed }
  }
  return { naming: 'torchvision', tensors }
}
