import type { LayersModel } from '@tensorflow/tfjs-layers'
import { assignGroups } from '../model/optimizers/groups.js'
import { trainableWeightsOf } from '../model/variables.js'
import type { Fail, RunSpec } from '../spec/run-spec.js'
import { located } from './located.js'

/** Refuses an optimizer that contradicts itself, or whose groups do not fit the weights that are trained. */
export async function checkOptimizer(
  { optimizer }: Pick<RunSpec, 'optimizer'>,
  model: LayersModel,
  fail: Fail,
): Promise<void> {
  if (optimizer.name === 'sgd' && optimizer.nesterov) {
    const { momentum, dampening } = optimizer
    if (momentum === 0 || dampening > 0) {
      throw fail(
        'optimizer.nesterov',
        'Nesterov momentum needs optimizer.momentum above 0 and no optimizer.dampening',
        { code: 'config_conflict' },
      )
    }
  }
  const names = trainableWeightsOf(model).map(({ name }) => name)
  await located(fail, 'optimizer.groups', () => assignGroups(optimizer.groups, names))
}
