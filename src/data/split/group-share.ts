import type { Random } from '../../core/random.js'
import { conflict } from './shares.js'

/**
 * Takes whole groups until about ceil(n * size) images are taken: groups come in random order, and one is taken when it
 * brings the numbers of the labels closer to their shares (the least squares of what is missing). Positions, ascending.
 */
export function groupShare(
  labels: Int32Array,
  groups: Int32Array,
  size: number,
  random: Random,
): { train: Int32Array; val: Int32Array } {
  const members = new Map<number, number[]>()
  for (const [position, group] of groups.entries()) {
    const own = members.get(group)
    if (own === undefined) members.set(group, [position])
    else own.push(position)
  }
  const missing = new Float64Array(labels.reduce((a, b) => Math.max(a, b), 0) + 1)
  for (const label of labels) missing[label] = (missing[label] as number) + size
  const taken = new Set<number>()
  for (const own of random.shuffle([...members.values()])) {
    const counts = new Float64Array(missing.length)
    for (const position of own) {
      const label = labels[position] as number
      counts[label] = (counts[label] as number) + 1
    }
    const gain = missing.reduce(
      (sum, left, label) => sum + left ** 2 - (left - (counts[label] as number)) ** 2,
      0,
    )
    if (gain <= 0) continue
    for (const position of own) taken.add(position)
    for (const [label, count] of counts.entries()) {
      missing[label] = (missing[label] as number) - count
    }
  }
  if (taken.size === 0 || taken.size === labels.length) {
    throw conflict(
      `${members.size} groups are too few to set a share of ${size} aside`,
      'Change split.val_size or split.test_size, or cut folds of groups: split=k_fold split.group=true.',
    )
  }
  const all = Int32Array.from(labels.keys())
  return {
    train: all.filter((position) => !taken.has(position)),
    val: all.filter((position) => taken.has(position)),
  }
}
