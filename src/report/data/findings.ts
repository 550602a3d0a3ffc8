import type { DataDescription } from '../../data/describe.js'
import type { SourceFiles } from '../../data/describe-sources.js'

const notedImbalance = 10

/** What somebody who trains on the data should look at first, a sentence each; none where nothing stands out. */
export function findingsOf(description: DataDescription, sources: SourceFiles | null): string[] {
  return [
    ...aboutFiles(sources),
    ...aboutCounts(description),
    ...aboutDuplicates(description),
    ...aboutPixels(description),
  ]
}

function aboutFiles(sources: SourceFiles | null): string[] {
  if (sources === null || sources.unreadable.length === 0) return []
  return [
    `${counted(sources.unreadable.length, 'file')} cannot be read: ${list(sources.unreadable)}.`,
  ]
}

function aboutCounts({ labels, classes, images }: DataDescription): string[] {
  const level = labels ?? classes.filter(({ label }) => label !== null)
  const empty = level.filter((one) => one.images.train === 0)
  const single = level.filter((one) => one.images.train === 1)
  const present = level.filter((one) => one.images.train > 0)
  const sorted = [...present].sort((a, b) => b.images.train - a.images.train)
  const [largest, smallest] = [sorted[0], sorted.at(-1)]
  const found: string[] = []
  if (empty.length > 0) found.push(`No training image of ${list(namesOf(empty))}.`)
  if (single.length > 0) found.push(`Only one training image of ${list(namesOf(single))}.`)
  if (largest !== undefined && smallest !== undefined) {
    const ratio = largest.images.train / smallest.images.train
    if (ratio >= notedImbalance) {
      found.push(
        `${largest.name} has ${ratio.toFixed(0)} times the training images of ${smallest.name}: ` +
          'consider loss.class_weights=balanced.',
      )
    }
  }
  if (images.left_out > 0) found.push(`${counted(images.left_out, 'image')} left out.`)
  return found
}

function aboutDuplicates({ duplicates }: DataDescription): string[] {
  const { within, across, sets } = duplicates
  const conflicting = sets.filter((one) => one.conflicting).length
  const names = { train_val: 'training and validation', train_test: 'training and test' }
  const leaks = { ...names, val_test: 'validation and test' }
  const found = Object.entries(leaks).flatMap(([key, sides]) => {
    const count = across[key as keyof typeof across]
    return count === 0 ? [] : [`${counted(count, 'image')} both in ${sides} images.`]
  })
  const repeated = within.train + within.val + within.test
  if (repeated > 0) {
    found.push(`${counted(repeated, 'image')} repeated within training, validation or test.`)
  }
  if (conflicting > 0) {
    found.push(`${counted(conflicting, 'set')} of equal images with different labels.`)
  }
  return found
}

function aboutPixels({ constantImages }: DataDescription): string[] {
  if (constantImages === 0) return []
  return [`${counted(constantImages, 'image')} of one colour throughout.`]
}

function namesOf(categories: readonly { readonly name: string }[]): string[] {
  return categories.map(({ name }) => name)
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}
