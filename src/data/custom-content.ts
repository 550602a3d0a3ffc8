import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import type { LoadedDataset } from '../modules/load.js'
import { sharedBytes } from './memory-part.js'

/** A part whose images lie in memory that threads share. */
export interface CheckedPart {
  readonly images: Uint8Array
  readonly labels: Int32Array
  readonly groups: readonly string[] | null
}

/** What a module's data set gave, known to fit together. */
export interface CheckedContent {
  readonly shape: readonly [number, number, number]
  readonly classes: readonly string[]
  readonly title: string
  readonly train: CheckedPart
  readonly validation: CheckedPart | null
  readonly test: CheckedPart | null
}

/** Checks what `open` of a data set gave; what it may not is `module_failed` and named with module and field. */
export function checkContent(given: unknown, { name, shown }: LoadedDataset): CheckedContent {
  const refuse: Refuse = (field, problem, suggestions = []) =>
    new AppError('module_failed', `${shown}: open of '${name}' gave ${field} ${problem}`.trim(), {
      suggestions,
    })
  if (!isObject(given)) throw refuse(kindOf(given), 'instead of { shape, classes, splits }')
  checkFields(given, ['shape', 'classes', 'splits', 'title'], '', refuse)
  const { shape, classes, splits, title = name } = given
  checkShape(shape, refuse)
  checkClasses(classes, refuse)
  if (typeof title !== 'string') throw refuse('title', `as ${kindOf(title)} instead of a text`)
  if (!isObject(splits)) throw refuse('splits', `as ${kindOf(splits)} instead of { train, ... }`)
  checkFields(splits, ['train', 'validation', 'test'], 'splits.', refuse)
  const valuesPerImage = shape[0] * shape[1] * shape[2]
  const part = (key: string) => {
    const facts = { field: `splits.${key}`, valuesPerImage, classes: classes.length }
    return splits[key] === undefined ? null : checkPart(splits[key], facts, refuse)
  }
  const [train, validation, test] = [part('train'), part('validation'), part('test')]
  if (train === null) throw refuse('no splits.train', '')
  if (validation !== null && (validation.groups === null) !== (train.groups === null)) {
    throw refuse('groups', 'of only one of splits.train and splits.validation')
  }
  return { shape, classes, title, train, validation, test }
}

type Fields = Readonly<Record<string, unknown>>
type Refuse = (field: string, problem: string, suggestions?: readonly string[]) => AppError

function checkFields(
  given: Fields,
  known: readonly string[],
  before: string,
  refuse: Refuse,
): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown === undefined) return
  const problem = `which nothing reads (known: ${known.join(', ')})`
  throw refuse(`${before}${unknown},`, problem, nearest(unknown, known))
}

function checkShape(
  shape: unknown,
  refuse: Refuse,
): asserts shape is readonly [number, number, number] {
  const numbers: readonly unknown[] = Array.isArray(shape) ? shape : []
  const whole = numbers.every((length) => Number.isSafeInteger(length) && (length as number) > 0)
  if (numbers.length === 3 && whole && (numbers[2] === 1 || numbers[2] === 3)) return
  throw refuse('shape', `as ${told(shape)} instead of [height, width, 1 or 3]`)
}

function checkClasses(classes: unknown, refuse: Refuse): asserts classes is readonly string[] {
  const names: readonly unknown[] = Array.isArray(classes) ? classes : []
  const sound = names.every((name) => typeof name === 'string' && name.trim() !== '')
  if (names.length < 2 || !sound) {
    throw refuse('classes', `as ${told(classes)} instead of a list of two names or more`)
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw refuse('classes', `with '${twice as string}' twice`)
}

interface PartFacts {
  readonly field: string
  readonly valuesPerImage: number
  readonly classes: number
}

function checkPart(part: unknown, facts: PartFacts, refuse: Refuse): CheckedPart {
  const { field, valuesPerImage } = facts
  if (!isObject(part)) throw refuse(field, `as ${kindOf(part)} instead of { images, labels }`)
  checkFields(part, ['images', 'labels', 'groups'], `${field}.`, refuse)
  const { images, labels, groups } = part
  if (!(images instanceof Uint8Array)) {
    throw refuse(`${field}.images`, `as ${kindOf(images)} instead of a Uint8Array`)
  }
  const numbers = checkLabels(labels, facts, refuse)
  if (images.length !== numbers.length * valuesPerImage) {
    throw refuse(
      `${field}.images`,
      `of ${images.length} bytes, but ${numbers.length} labels, and an image has ${valuesPerImage} bytes`,
    )
  }
  return {
    images: shared(images),
    labels: numbers,
    groups: groups === undefined ? null : checkGroups(groups, numbers.length, field, refuse),
  }
}

function checkLabels(labels: unknown, { field, classes }: PartFacts, refuse: Refuse): Int32Array {
  if (!isList(labels)) throw refuse(`${field}.labels`, `as ${kindOf(labels)} instead of numbers`)
  if (labels.length === 0) throw refuse(`${field}.labels`, 'without a single image')
  return Int32Array.from(labels, (label, index) => {
    if (Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes) {
      return label as number
    }
    const problem = `, which is ${told(label)} and none of the classes 0 to ${classes - 1}`
    throw refuse(`${field}.labels[${index}]${problem}`, '')
  })
}

function checkGroups(groups: unknown, count: number, field: string, refuse: Refuse): string[] {
  if (!isList(groups)) throw refuse(`${field}.groups`, `as ${kindOf(groups)} instead of a list`)
  if (groups.length !== count) {
    throw refuse(`${field}.groups`, `of ${groups.length} images, but ${count} labels`)
  }
  return Array.from(groups, (group, index) => {
    if (typeof group === 'string' || (typeof group === 'number' && Number.isFinite(group))) {
      return String(group)
    }
    throw refuse(`${field}.groups[${index}], which is ${told(group)}`, 'and no text or number')
  })
}

function shared(images: Uint8Array): Uint8Array {
  if (images.buffer instanceof SharedArrayBuffer) return images
  const copy = sharedBytes(images.length)
  copy.set(images)
  return copy
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return typeof value === 'object'
    ? Object.prototype.toString.call(value).slice(8, -1)
    : typeof value
}

function told(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  const text = typeof value === 'number' || json === undefined ? String(value) : json
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
