import { setImmediate } from 'node:timers/promises'
import { AppError } from '../core/errors.js'
import { ImageAverages, thumbnail, type AverageImages, type Picture } from './average-images.js'
import type { DataContext, DataSet, Part } from './data-set.js'
import { DuplicateSearch, type Duplicates } from './describe-duplicates.js'
import { chooseExamples } from './describe-examples.js'
import { labelsOf, type Labels } from './labels.js'
import { pixelFigures, type PixelFigures } from './pixel-figures.js'
import type { Split } from './split/split.js'

/** Where an image is used; `left_out`: nowhere, its class is excluded or the split does not take it. */
export const sides = ['train', 'val', 'test', 'left_out'] as const
export type Side = (typeof sides)[number]

/** Images that figures are taken of; `train_val`: training and validation together. */
export const scopes = ['train_val', 'train', 'val', 'test'] as const
export type Scope = (typeof scopes)[number]

/** Images of one class or one label. */
export interface Category {
  readonly name: string
  /** The label of a class, null where it is excluded; of a label itself. */
  readonly label: string | null
  readonly images: Readonly<Record<Side, number>>
  readonly pixels: Readonly<Record<Scope, PixelFigures | null>>
  /** Of the training and validation images. */
  readonly averages: AverageImages | null
}

/** An image to show, with the name of its class. */
export interface Example {
  readonly index: number
  readonly class: string
  readonly label: string
  readonly picture: Picture
}

/** What there is to say about images after reading each once. */
export interface DataDescription {
  readonly shape: readonly [number, number, number]
  readonly images: Readonly<Record<Side, number>>
  readonly classes: readonly Category[]
  /** null: each class is its own label. */
  readonly labels: readonly Category[] | null
  readonly pixels: Readonly<Record<Scope, PixelFigures | null>>
  /** By channel, of the training and validation images. */
  readonly channels: readonly (PixelFigures | null)[]
  /** How often each value from 0 to 255 occurs in the training and validation images. */
  readonly histogram: Float64Array
  /** Images of one colour throughout. */
  readonly constantImages: number
  readonly duplicates: Duplicates
  readonly examples: readonly Example[]
}

/** Whose images are described, and how they are used. */
export interface DescribedData {
  readonly data: DataSet
  readonly labels: Labels
  readonly split: Split
  /** The examples that are shown are drawn by it. */
  readonly seed: number
}

const bytesAtOnce = 1 << 23

/**
 * Reads every image once and counts; memory depends on the number of classes and the size of an image, beside one hash
 * an image. An interruption ends it with `interrupted`.
 */
export async function describeImages(
  { data, labels, split, seed }: DescribedData,
  context: Pick<DataContext, 'progress' | 'signal'>,
): Promise<DataDescription> {
  const uses = usesOf(data, labels, split)
  const pass = new Pass(data.classes.length, data.shape)
  const total = uses.reduce((sum, { part }) => sum + part.count, 0)
  context.progress.start('reading images', total)
  try {
    let done = 0
    for (const use of uses) {
      for (const count of pass.read(use)) {
        context.progress.update((done += count), '')
        await setImmediate()
        if (context.signal?.aborted === true) {
          throw new AppError('interrupted', 'Reading the images was interrupted')
        }
      }
    }
  } finally {
    context.progress.stop()
  }
  const chosen = chooseExamples(data.splits.train.labels, split, data.classes.length, seed)
  return { ...pass.result(data.classes, labels), examples: read(chosen, data, labels) }
}

/** A part of the data, and on which side each of its images is (its place in `sides`). */
export interface Use {
  readonly part: Part
  readonly name: 'train' | 'test'
  readonly sideOf: Int8Array
}

function usesOf(data: DataSet, labels: Labels, split: Split): Use[] {
  const { train, test } = data.splits
  const sideOf = new Int8Array(train.count).fill(sides.indexOf('left_out'))
  for (const side of ['train', 'val', 'test'] as const) {
    for (const index of split[side]) sideOf[index] = sides.indexOf(side)
  }
  const uses: Use[] = [{ part: train, name: 'train', sideOf }]
  if (test === null) return uses
  const own = Int8Array.from(labelsOf(labels, test.labels), (label) =>
    sides.indexOf(label === -1 ? 'left_out' : 'test'),
  )
  return [...uses, { part: test, name: 'test', sideOf: own }]
}

/** What is counted on the way through the images. */
class Pass {
  /** How many images, by class and side. */
  readonly #images: Float64Array
  /** How often each value occurs, by class, side and channel. */
  readonly #counts: Float64Array
  readonly #averages: ImageAverages
  readonly #duplicates = new DuplicateSearch()
  #constant = 0

  constructor(
    classes: number,
    readonly shape: readonly [number, number, number],
  ) {
    this.#images = new Float64Array(classes * sides.length)
    this.#counts = new Float64Array(classes * sides.length * shape[2] * 256)
    this.#averages = new ImageAverages(classes, shape)
  }

  /** Reads a part in blocks; tells the size of each. */
  *read({ part, name, sideOf }: Use): Generator<number, void> {
    const size = this.shape[0] * this.shape[1] * this.shape[2]
    const atOnce = Math.max(1, Math.min(256, Math.floor(bytesAtOnce / size)))
    const pixels = new Uint8Array(atOnce * size)
    for (let start = 0; start < part.count; start += atOnce) {
      const count = Math.min(atOnce, part.count - start)
      part.read(
        Int32Array.from({ length: count }, (_, k) => start + k),
        pixels,
      )
      for (let k = 0; k < count; k++) {
        const image = pixels.subarray(k * size, (k + 1) * size)
        const [own, side] = [part.labels[start + k] as number, sideOf[start + k] as number]
        this.#add(image, own, side)
        this.#duplicates.add(image, { part: name, index: start + k, class: own, side })
      }
      yield count
    }
  }

  #add(image: Uint8Array, own: number, side: number): void {
    const channels = this.shape[2]
    const place = own * sides.length + side
    this.#images[place] = (this.#images[place] as number) + 1
    const counts = this.#counts
    for (let channel = 0; channel < channels; channel++) {
      const start = (place * channels + channel) * 256
      for (let i = channel; i < image.length; i += channels) {
        const at = start + (image[i] as number)
        counts[at] = (counts[at] as number) + 1
      }
    }
    if (isConstant(image, channels)) this.#constant += 1
    if (side <= sides.indexOf('val')) this.#averages.add(image, own)
  }

  result(classes: readonly string[], labels: Labels): Omit<DataDescription, 'examples'> {
    const all = classes.map((_, own) => own)
    const isIdentity =
      labels.names.length === classes.length && labels.names.every((name, i) => name === classes[i])
    return {
      shape: this.shape,
      images: this.#imagesOf(all),
      classes: classes.map((name, own) =>
        this.#category(name, labels.names[labels.map[own] as number] ?? null, [own]),
      ),
      labels: isIdentity
        ? null
        : labels.names.map((name, label) =>
            this.#category(
              name,
              name,
              all.filter((own) => labels.map[own] === label),
            ),
          ),
      pixels: this.#pixelsOf(all),
      channels: Array.from({ length: this.shape[2] }, (_, channel) =>
        pixelFigures(this.#countsOf(all, 'train_val', channel)),
      ),
      histogram: this.#countsOf(all, 'train_val'),
      constantImages: this.#constant,
      duplicates: this.#duplicates.result(labels),
    }
  }

  #category(name: string, label: string | null, own: readonly number[]): Category {
    return {
      name,
      label,
      images: this.#imagesOf(own),
      pixels: this.#pixelsOf(own),
      averages: this.#averages.of(own),
    }
  }

  #imagesOf(classes: readonly number[]): Record<Side, number> {
    const count = (side: number) =>
      classes.reduce((sum, own) => sum + (this.#images[own * sides.length + side] as number), 0)
    return Object.fromEntries(sides.map((name, side) => [name, count(side)])) as Record<
      Side,
      number
    >
  }

  #pixelsOf(classes: readonly number[]): Record<Scope, PixelFigures | null> {
    return Object.fromEntries(
      scopes.map((scope) => [scope, pixelFigures(this.#countsOf(classes, scope))]),
    ) as Record<Scope, PixelFigures | null>
  }

  #countsOf(classes: readonly number[], scope: Scope, only?: number): Float64Array {
    const sum = new Float64Array(256)
    const wanted = scope === 'train_val' ? ['train', 'val'] : [scope]
    const channels = this.shape[2]
    for (const own of classes) {
      for (const [side, name] of sides.entries()) {
        if (!wanted.includes(name)) continue
        for (let channel = 0; channel < channels; channel++) {
          if (only !== undefined && channel !== only) continue
          const start = ((own * sides.length + side) * channels + channel) * 256
          for (let v = 0; v < 256; v++) {
            sum[v] = (sum[v] as number) + (this.#counts[start + v] as number)
          }
        }
      }
    }
    return sum
  }
}

function isConstant(image: Uint8Array, channels: number): boolean {
  for (let i = channels; i < image.length; i++) if (image[i] !== image[i - channels]) return false
  return true
}

const largestExample = 112

function read(indices: Int32Array, { splits: { train }, ...data }: DataSet, labels: Labels) {
  const pixels = new Uint8Array(data.shape[0] * data.shape[1] * data.shape[2])
  return Array.from(indices, (index): Example => {
    train.read([index], pixels)
    const own = train.labels[index] as number
    return {
      index,
      class: data.classes[own] as string,
      label: labels.names[labels.map[own] as number] as string,
      picture: thumbnail({ shape: data.shape, pixels }, largestExample),
    }
  })
}
