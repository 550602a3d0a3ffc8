import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ModelConfig } from '../../spec/types.gen.js'
import type { TensorData } from '../../core/safetensors.js'
import { assignValues } from '../variables.js'
import { matchWeights, type MatchReport } from './match.js'
import { torchNamed, type Naming } from './naming.js'
import { tfjsSlots, torchSlots } from './slots.js'

/** What a model took over from pretrained weights. */
export interface WeightsReport extends MatchReport {
  readonly names: Naming
}

/** Overwrites a model's weights with those of a file under torchvision's or timm's names. */
export function applyTorchWeights(
  model: LayersModel,
  architecture: ModelConfig['name'],
  tensors: ReadonlyMap<string, TensorData>,
): WeightsReport {
  const slots = torchSlots(model)
  const named = torchNamed(architecture, slots, tensors)
  return apply(named.naming, slots, named.tensors)
}

/** Overwrites a model's weights with those of a tfjs model whose layers have the same names. */
export function applyTfjsWeights(
  model: LayersModel,
  tensors: ReadonlyMap<string, TensorData>,
): WeightsReport {
  return apply('tfjs', tfjsSlots(model), tensors)
}

function apply(
  names: Naming,
  slots: Parameters<typeof matchWeights>[0],
  tensors: ReadonlyMap<string, TensorData>,
): WeightsReport {
  const { values, report } = matchWeights(slots, tensors)
  for (const [slot, data] of values) assignValues(slot.variable.variable, slot.convert(data))
  return { names, ...report }
}

/** One line for people: what came from where, and what did not. */
export function describeWeights(report: WeightsReport, classes: number): string {
  const { names, loaded, replaced, other_classes, other_channels, other_grid, left_over } = report
  const parts = [`${loaded} tensors with ${names} names`]
  if (other_classes !== null)
    parts.push(`new classifier (${classes} classes, not ${other_classes})`)
  else if (replaced.length > 0) parts.push('new classifier (the weights have none)')
  if (other_channels !== null)
    parts.push(`first convolution converted from ${other_channels} channels`)
  if (other_grid !== null) {
    const { from, to } = other_grid
    parts.push(`positions resampled from ${from}x${from} to ${to}x${to}`)
  }
  if (left_over.length > 0) parts.push(`${left_over.length} tensors left over`)
  return parts.join(', ')
}
