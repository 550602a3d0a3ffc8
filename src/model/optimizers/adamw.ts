import type { AdamWConfig } from '../../spec/types.gen.js'
import { adamWith } from './adam.js'
import type { OptimizerRule } from './rule.js'
import { shrinkage } from './weight-decay.js'

/** Adam with decoupled weight decay, as torch.optim.AdamW (arXiv:1711.05101). */
export function adamw(config: AdamWConfig): OptimizerRule {
  return adamWith(config, shrinkage(config.weight_decay))
}
