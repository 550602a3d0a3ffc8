import type { Labels } from './labels.js'
import { SeenImages } from './seen-images.js'

/** An image by its place in the data. `side` counts train, val, test, left out. */
export interface ImagePlace {
  readonly part: 'train' | 'test'
  readonly index: number
  readonly class: number
  readonly side: number
}

/** Sides between which the same image may be. */
export type Overlap = 'train_val' | 'train_test' | 'val_test'

/** What is known of images with the same pixels. */
export interface Duplicates {
  /** Different images in each part of the data. */
  readonly uniqueInPart: Readonly<Record<'train' | 'test', number>>
  /** Images found in the training part and in the test part. */
  readonly inBothParts: number
  /** Images of a side that repeat an earlier one of it. */
  readonly within: Readonly<Record<'train' | 'val' | 'test', number>>
  /** Different images that are on both sides. */
  readonly across: Readonly<Record<Overlap, number>>
  /** Sets of equal images, in order of the first of each. */
  readonly sets: readonly DuplicateSet[]
}

export interface DuplicateSet {
  readonly places: readonly ImagePlace[]
  /** Whether the labels of the images contradict each other. */
  readonly conflicting: boolean
}

/** Finds images with the same pixels; keeps a hash of each image. */
export class DuplicateSearch {
  readonly #seen = new SeenImages()
  /** For each different image the places it was found at; a single place stands for itself. */
  readonly #places: (ImagePlace | ImagePlace[])[] = []

  add(image: Uint8Array, place: ImagePlace): void {
    const number = this.#seen.numberOf(image)
    if (number === this.#places.length) {
      this.#places.push(place)
      return
    }
    const known = this.#places[number] as ImagePlace | ImagePlace[]
    if (Array.isArray(known)) known.push(place)
    else this.#places[number] = [known, place]
  }

  result({ map }: Labels): Duplicates {
    const uniqueInPart = { train: 0, test: 0 }
    const within = { train: 0, val: 0, test: 0 }
    const across = { train_val: 0, train_test: 0, val_test: 0 }
    let inBothParts = 0
    const sets: DuplicateSet[] = []
    for (const found of this.#places) {
      if (!Array.isArray(found)) {
        uniqueInPart[found.part] += 1
        continue
      }
      const parts = new Set(found.map(({ part }) => part))
      for (const part of parts) uniqueInPart[part] += 1
      if (parts.size > 1) inBothParts += 1
      const on = [0, 1, 2].map((side) => found.filter((place) => place.side === side).length)
      const [train = 0, val = 0, test = 0] = on
      for (const [side, count] of Object.entries({ train, val, test })) {
        within[side as keyof typeof within] += Math.max(0, count - 1)
      }
      if (train > 0 && val > 0) across.train_val += 1
      if (train > 0 && test > 0) across.train_test += 1
      if (val > 0 && test > 0) across.val_test += 1
      const labels = found.map((place) => map[place.class]).filter((label) => label !== -1)
      sets.push({ places: found, conflicting: new Set(labels).size > 1 })
    }
    return { uniqueInPart, inBothParts, within, across, sets }
  }
}
