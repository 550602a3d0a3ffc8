import { AppError } from '../../core/errors.js'
import type { TensorData } from '../../core/safetensors.js'
import { adaptChannels } from './channels.js'
import { gridOf, resamplePositions } from './positions.js'
import type { Slot } from './slots.js'

/** What became of a file's tensors; the names are the file's own convention's. */
export interface MatchReport {
  /** Weights that came from the file. */
  readonly loaded: number
  /** Weights of the classifier that stay random, because the file has other classes or no classifier. */
  readonly replaced: readonly string[]
  /** Classes of the file's classifier, where it was replaced. */
  readonly other_classes: number | null
  /** Image channels of the file's first convolution, where they were converted. */
  readonly other_channels: number | null
  /** Sides of the grids of positions, where a position embedding was resampled to another image size. */
  readonly other_grid: { readonly from: number; readonly to: number } | null
  /** Tensors of the file that the model has no place for. */
  readonly left_over: readonly string[]
}

export interface Match {
  /** Values for each loaded slot, in the file's order. */
  readonly values: ReadonlyMap<Slot, Float32Array>
  readonly report: MatchReport
}

/** Tensors that say nothing about what a network computes. */
const ignored = /(^|\.)num_batches_tracked$/

/** Weights or names that a message lists before it stops. */
const shown = 5

/**
 * Gives every slot its tensor by name. The classifier may have another number of classes or be absent, the first
 * convolution may be for colour images, positions for another image size; anything else that is missing or of another shape is `weights_mismatch`.
 */
export function matchWeights(
  slots: readonly Slot[],
  tensors: ReadonlyMap<string, TensorData>,
): Match {
  const head = slots.filter(({ classAxis }) => classAxis !== null)
  const backbone = slots.filter(({ classAxis }) => classAxis === null)
  checkPresent(backbone, slots, tensors)
  const classes = otherClasses(head, tensors)
  const isReplaced = classes !== null || head.some(({ name }) => !tensors.has(name))
  const loaded = isReplaced ? backbone : slots
  const values = new Map(loaded.map((slot) => [slot, valuesFor(slot, tensors)]))
  const known = new Set(slots.map(({ name }) => name))
  return {
    values,
    report: {
      loaded: values.size,
      replaced: isReplaced ? head.map(({ name }) => name) : [],
      other_classes: classes,
      other_channels: otherChannels(slots, tensors),
      other_grid: otherGrid(slots, tensors),
      left_over: [...tensors.keys()].filter((name) => !known.has(name) && !ignored.test(name)),
    },
  }
}

function checkPresent(
  needed: readonly Slot[],
  slots: readonly Slot[],
  tensors: ReadonlyMap<string, TensorData>,
): void {
  const missing = needed.filter(({ name }) => !tensors.has(name)).map(({ name }) => name)
  if (missing.length === 0) return
  const names = [...tensors.keys()].filter((name) => !ignored.test(name))
  throw new AppError(
    'weights_mismatch',
    `The weights lack ${missing.length} of the model's ${slots.length}: ${firstOf(missing)}`,
    {
      hint:
        `They have ${firstOf(names)}. Use weights of this very architecture, under the names of torchvision or timm, ` +
        'or change the architecture (model=, model.width).',
    },
  )
}

/** The number of classes of the file's classifier where it differs; what else may differ in a classifier is a mismatch. */
function otherClasses(
  head: readonly Slot[],
  tensors: ReadonlyMap<string, TensorData>,
): number | null {
  for (const slot of head) {
    const found = tensors.get(slot.name)
    if (found === undefined || slot.classAxis === null || isSame(found.shape, slot.shape)) continue
    if (!differsOnlyAt(slot.classAxis, found.shape, slot.shape)) throw otherShape(slot, found)
    return found.shape[slot.classAxis] as number
  }
  return null
}

function otherChannels(
  slots: readonly Slot[],
  tensors: ReadonlyMap<string, TensorData>,
): number | null {
  const stem = slots.find(({ channelAxis }) => channelAxis !== null)
  if (stem === undefined || stem.channelAxis === null) return null
  const channels = tensors.get(stem.name)?.shape[stem.channelAxis] as number
  return channels === stem.shape[stem.channelAxis] ? null : channels
}

/** Sides of the grids of positions in the file and in the model, where a position embedding was resampled. */
function otherGrid(
  slots: readonly Slot[],
  tensors: ReadonlyMap<string, TensorData>,
): MatchReport['other_grid'] {
  const slot = slots.find(({ isPositions }) => isPositions)
  if (slot === undefined) return null
  const { shape } = tensors.get(slot.name) as TensorData
  const [from, to] = [gridOf(shape), gridOf(slot.shape)]
  return isSame(shape, slot.shape) || from === null || to === null ? null : { from, to }
}

function valuesFor(slot: Slot, tensors: ReadonlyMap<string, TensorData>): Float32Array {
  const tensor = tensors.get(slot.name) as TensorData
  const { data } = tensor
  if (!(data instanceof Float32Array)) {
    throw new AppError('weights_mismatch', `'${slot.name}' of the weights holds integers`)
  }
  if (isSame(tensor.shape, slot.shape)) return data
  const adapted = inChannels(slot, tensor.shape, data) ?? inPositions(slot, tensor.shape, data)
  if (adapted === null) throw otherShape(slot, tensor)
  return adapted
}

/** A first convolution for colour images, for the channels of the model. */
function inChannels(
  { channelAxis, shape }: Slot,
  theirs: readonly number[],
  data: Float32Array,
): Float32Array | null {
  if (channelAxis === null || theirs[channelAxis] !== 3) return null
  if (!differsOnlyAt(channelAxis, theirs, shape)) return null
  return adaptChannels(data, theirs, channelAxis, shape[channelAxis] as number)
}

/** A position embedding of another image size, for the one of the model. */
function inPositions(
  { isPositions, shape }: Slot,
  theirs: readonly number[],
  data: Float32Array,
): Float32Array | null {
  if (!isPositions || !differsOnlyAt(1, theirs, shape)) return null
  const [from, to] = [gridOf(theirs), gridOf(shape)]
  return from === null || to === null ? null : resamplePositions(data, from, to, shape[2] as number)
}

function differsOnlyAt(axis: number, a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, index) => index === axis || size === b[index])
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.join() === b.join()
}

function otherShape(slot: Slot, { shape }: TensorData): AppError {
  const [theirs, ours] = [shape.join(', '), slot.shape.join(', ')]
  return new AppError(
    'weights_mismatch',
    `'${slot.name}' has the shape [${theirs}] in the weights and [${ours}] in the model`,
    {
      hint: 'Use weights of this very architecture and image size, or change model.* to fit them.',
    },
  )
}

function firstOf(names: readonly string[]): string {
  const first = names.slice(0, shown).map((name) => `'${name}'`)
  return names.length > shown ? `${first.join(', ')}, …` : first.join(', ')
}
