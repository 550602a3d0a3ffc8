import { AppError } from '../core/errors.js'

/** Labels that are numbers as class numbers, and the names of the classes: the numbers themselves, if none are given. */
export function numberedClasses(
  numbers: ArrayLike<number>,
  base: number,
  names: readonly string[] | null,
  path: string,
): { labels: Int32Array; classes: readonly string[] } {
  const labels = Int32Array.from(numbers, (number) => number - base)
  const most = names === null ? numbers.length : names.length
  const wrong = labels.findIndex((label) => label < 0 || label >= most)
  if (wrong !== -1) {
    const label = numbers[wrong] as number
    throw new AppError(
      'data_corrupt',
      label >= base && names === null
        ? `${path}: row ${wrong + 1} has label ${label}, but there are only ${most} labels`
        : `${path}: row ${wrong + 1} has label ${label}, but labels go from ${base}${names === null ? '' : ` to ${most - 1 + base}`}`,
      { hint: baseHint },
    )
  }
  return { labels, classes: names ?? ownNames(labels, base, path) }
}

const baseHint = 'data.label_base says which number the first class has: 0 or 1.'

/** A number that never occurs is more likely a wrong base than a class without images. */
function ownNames(labels: Int32Array, base: number, path: string): string[] {
  const seen = new Set(labels)
  const count = labels.reduce((most, label) => Math.max(most, label), 0) + 1
  const missing = Array.from({ length: count }, (_, number) => number).find((n) => !seen.has(n))
  if (missing === undefined) return Array.from({ length: count }, (_, n) => String(n + base))
  throw new AppError(
    'data_mismatch',
    `${path}: labels go up to ${count - 1 + base}, but ${missing + base} never occurs`,
    { hint: `${baseHint} Name the classes if one has no images.` },
  )
}
