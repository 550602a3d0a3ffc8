import { lookUp } from '../core/table.js'
import type { LossConfig } from '../spec/types.gen.js'
import { crossEntropy } from './losses/cross-entropy.js'
import type { Loss } from './losses/loss.js'

/** Every loss by name. */
const losses = { cross_entropy: crossEntropy } satisfies Record<LossConfig['name'], Loss>

/** The loss that a config names. */
export function lossOf(config: LossConfig): Loss {
  return lookUp<Loss>(losses, config.name, 'loss')
}
