import type { Split, SplitInput } from './split.js'

const sides = ['train', 'val', 'test'] as const
type Side = (typeof sides)[number]

/**
 * Moves images so that equal ones are on one side, the first side of train, validation and test that has one of them.
 * For each that leaves a side, one of the same label that has no double comes back, so that the numbers stay as they
 * are as long as there are such images.
 */
export function keepTogether(split: Split, { labels, duplicates }: SplitInput): Split {
  const numbers = duplicates()
  const doubled = doublesOf(numbers)
  if (doubled.size === 0) return split
  const sideOf = new Map<number, Side>()
  for (const side of sides) for (const index of split[side]) sideOf.set(index, side)
  const home = new Map<number, Side>()
  for (const side of sides) {
    for (const index of split[side]) {
      const number = numbers[index] as number
      if (doubled.has(number) && !home.has(number)) home.set(number, side)
    }
  }
  const isFree = (index: number) => !doubled.has(numbers[index] as number)
  const spare = new Map(sides.map((side) => [side, [...split[side]].filter(isFree)]))
  for (const [index, side] of [...sideOf]) {
    const wanted = home.get(numbers[index] as number)
    if (wanted === undefined || wanted === side) continue
    sideOf.set(index, wanted)
    const candidates = spare.get(wanted) as number[]
    const position = candidates.findLastIndex((other) => labels[other] === labels[index])
    if (position === -1) continue
    const [other] = candidates.splice(position, 1) as [number]
    sideOf.set(other, side)
  }
  const on = (side: Side) =>
    Int32Array.from([...sideOf].flatMap(([index, own]) => (own === side ? [index] : [])))
  return { train: on('train').sort(), val: on('val').sort(), test: on('test').sort() }
}

/** The numbers that occur more than once. */
function doublesOf(numbers: Int32Array): Set<number> {
  const seen = new Set<number>()
  return new Set(numbers.filter((number) => seen.size === seen.add(number).size))
}
