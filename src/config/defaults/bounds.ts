import { configError } from '../config-error.js'
import { type Placed, configPath } from './place.js'

/** How many more configs the defaults lists of one composition may name. */
export interface Budget {
  left: number
}

const mostConfigs = 50_000

export function openBudget(): Budget {
  return { left: mostConfigs }
}

/** Counts one config; lists that include each other manifold would otherwise have no end. */
export function spend(budget: Budget, { item }: Placed): void {
  budget.left -= 1
  if (budget.left >= 0) return
  throw configError('recursion', `The defaults lists name more than ${mostConfigs} configs`, {
    origin: item.origin,
  })
}

/** Fails for a config that one of its own ancestors includes; shows the chain of files. */
export function checkCycle(chain: readonly Placed[], placed: Placed): void {
  const path = configPath(placed)
  if (!chain.some((before) => configPath(before) === path)) return
  const paths = [...chain, placed].map(configPath)
  throw configError('recursion', `A config includes itself: ${paths.join(' -> ')}`, {
    origin: placed.item.origin,
  })
}
