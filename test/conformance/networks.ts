import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { compose } from '../../src/config/api.js'
import { builtInDirectory } from '../../src/config/sources.js'
import { Random } from '../../src/core/random.js'
import { buildModel } from '../../src/model/models.js'
import { torchWeights } from '../../src/model/torch-names.js'
import { assignValues } from '../../src/model/variables.js'
import type { ResolvedModel } from '../../src/spec/run-spec.js'
import { filled } from '../model/formula.js'

/** The name, shape in PyTorch's layout, and kind of each entry of a state_dict. */
export type StateDict = readonly (readonly [string, readonly number[], string?])[]

/** A network of a file. */
export interface NetworkCase {
  readonly name: string
  /** Where torchvision has it, with its name as the last part. */
  readonly torchvision: string
  readonly in_channels: number
  readonly num_classes: number
  readonly salt: string
  readonly running_var_scale: number
  readonly state_dict: StateDict
}

/** The hub's network as `model=<torchvision's name>` makes it; undefined where it has none. */
export function networkOf(
  {
    torchvision,
    in_channels,
    num_classes,
  }: Pick<NetworkCase, 'torchvision' | 'in_channels' | 'num_classes'>,
  image_size: [number, number],
): LayersModel | undefined {
  const option = `model/${torchvision.split('.').at(-1)!}`
  if (!existsSync(join(builtInDirectory, `${option}.yaml`))) return undefined
  const { config } = compose({ directory: builtInDirectory, configName: option })
  const { model } = config as { model: ResolvedModel }
  return buildModel({ ...model, in_channels, num_classes, image_size }, new Random(0))
}

/** The number of weights that are trained. */
export function parameterCount(model: LayersModel): number {
  return model.trainableWeights
    .map(({ shape }) => (shape as number[]).reduce((product, size) => product * size, 1))
    .reduce((total, size) => total + size, 0)
}

/** How the weights of a network differ in name or shape from a state_dict; undefined where they do not. */
export function nameDifference(model: LayersModel, theirs: StateDict): string | undefined {
  const ours = new Map(torchWeights(model).map(({ name, shape }) => [name, shape.join('x')]))
  for (const [name, shape] of counted(theirs)) {
    const found = ours.get(name)
    if (found !== shape.join('x')) return `${name} is ${found ?? 'missing'}, not ${shape.join('x')}`
    ours.delete(name)
  }
  const [more] = ours.keys()
  return more === undefined ? undefined : `${more} is too much`
}

/** The entries that have a counterpart here: all but the number of batches that batch normalization has seen. */
export function counted(state: StateDict): StateDict {
  return state.filter(([name]) => !name.endsWith('num_batches_tracked'))
}

/** Fills a network by the fixtures' formula. */
export function fillNetwork(
  model: LayersModel,
  { salt, running_var_scale = 1 }: { salt: string; running_var_scale?: number },
): void {
  for (const { name, shape, variable, fromTorch } of torchWeights(model)) {
    assignValues(variable.variable, fromTorch(filled(salt, name, shape, running_var_scale)))
  }
}
