import type { Split, SplitInput } from './split.js'

const sides = ['train', 'val', 'test'] as const
const none = -1

/**
 * Moves images so that equal ones are on one side, the first side of train, validation and test that has one of them.
 * For each that leaves a side, one of the same label that has no double comes back, so that the numbers stay as they
 * are as long as there are such images.
 */
export function keepTogether(split: Split, { labels, duplicates }: SplitInput): Split {
  const numbers = duplicates()
  const isDoubled = doublesOf(numbers)
  if (!numbers.some((number) => isDoubled[number] === 1)) return split
  const doubled = (index: number) => isDoubled[numbers[index] as number] === 1
  const sideOf = new Int8Array(numbers.length).fill(none)
  const home = new Map<number, number>()
  for (const [side, name] of sides.entries()) {
    for (const index of split[name]) {
      sideOf[index] = side
      const number = numbers[index] as number
      if (doubled(index) && !home.has(number)) home.set(number, side)
    }
  }
  const spare = sides.map((name) => Array.from(split[name].filter((index) => !doubled(index))))
  for (const [side, name] of sides.entries()) {
    for (const index of split[name]) {
      const wanted = doubled(index) ? (home.get(numbers[index] as number) as number) : side
      if (wanted === side) continue
      sideOf[index] = wanted
      const candidates = spare[wanted] as number[]
      const position = candidates.findLastIndex((other) => labels[other] === labels[index])
      if (position === -1) continue
      const [other] = candidates.splice(position, 1) as [number]
      sideOf[other] = side
    }
  }
  const on = (side: number) =>
    Int32Array.from(sideOf.keys()).filter((index) => sideOf[index] === side)
  return { train: on(0), val: on(1), test: on(2) }
}

/** For each number 1 if it occurs more than once. */
function doublesOf(numbers: Int32Array): Uint8Array {
  const [seen, doubled] = [new Uint8Array(numbers.length), new Uint8Array(numbers.length)]
  for (const number of numbers) {
    doubled[number] = seen[number] as number
    seen[number] = 1
  }
  return doubled
}
