const none = -1

/**
 * Moves images so that equal ones are on one side, the first side that has one of them. For each that leaves a side, one
 * of the same label that has no double comes back, so that the numbers stay as they are as long as there are such
 * images. A side is a list of indices, ascending; so is the result.
 */
export function keepTogether(
  sides: readonly Int32Array[],
  labels: Int32Array,
  duplicates: Int32Array,
): readonly Int32Array[] {
  const isDoubled = doublesOf(duplicates)
  if (!duplicates.some((number) => isDoubled[number] === 1)) return sides
  const doubled = (index: number) => isDoubled[duplicates[index] as number] === 1
  const sideOf = new Int16Array(duplicates.length).fill(none)
  const home = new Map<number, number>()
  for (const [side, indices] of sides.entries()) {
    for (const index of indices) {
      sideOf[index] = side
      const number = duplicates[index] as number
      if (doubled(index) && !home.has(number)) home.set(number, side)
    }
  }
  const spare = sides.map((indices) => Array.from(indices.filter((index) => !doubled(index))))
  for (const [side, indices] of sides.entries()) {
    for (const index of indices) {
      const wanted = doubled(index) ? (home.get(duplicates[index] as number) as number) : side
      if (wanted === side) continue
      sideOf[index] = wanted
      const candidates = spare[wanted] as number[]
      const position = candidates.findLastIndex((other) => labels[other] === labels[index])
      if (position === -1) continue
      const [other] = candidates.splice(position, 1) as [number]
      sideOf[other] = side
    }
  }
  const all = Int32Array.from(sideOf.keys())
  return sides.map((_, side) => all.filter((index) => sideOf[index] === side))
}

/**
 * Groups of which those that share an image with the same pixels are one: the number of a group is the least of the
 * groups that it unites.
 */
export function uniteGroups(groups: Int32Array, duplicates: Int32Array): Int32Array {
  const parents = new Map<number, number>()
  const rootOf = (group: number): number => {
    let root = group
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up
    return root
  }
  const firstGroup = new Map<number, number>()
  for (const [index, number] of duplicates.entries()) {
    const own = rootOf(groups[index] as number)
    const first = firstGroup.get(number)
    const other = first === undefined ? own : rootOf(first)
    if (first === undefined) firstGroup.set(number, own)
    else if (other !== own) parents.set(Math.max(own, other), Math.min(own, other))
  }
  return groups.map(rootOf)
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
