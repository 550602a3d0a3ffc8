import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { AppError } from '../core/errors.js'
import { createResize, type ResizePlan } from './resize.js'

/**
 * Images of one shape, uint8 HWC, one after the other: in memory that threads share, or in a file. Plain data, so that a
 * thread can be told where they are; `resize` is applied as they are read.
 */
export interface Images {
  readonly store:
    | { readonly kind: 'memory'; readonly pixels: Uint8Array }
    | { readonly kind: 'file'; readonly path: string; readonly start: number }
  readonly count: number
  /** Height, width, channels as they are stored. */
  readonly stored: readonly [number, number, number]
  readonly resize: ResizePlan | null
}

/** Images that can be read. */
export interface ImageReader {
  /** Copies the images of these indices, in this order, to the start of `out`. */
  read(indices: ArrayLike<number>, out: Uint8Array): void
  close(): void
}

/** Height, width, channels as they are read. */
export function shapeOf({ stored, resize }: Images): readonly [number, number, number] {
  return resize === null ? stored : resize.shape
}

/** Opens images for reading; a file that is shorter than it should be is `data_corrupt`. */
export function openImages(images: Images): ImageReader {
  const size = images.stored[0] * images.stored[1] * images.stored[2]
  const source = openStore(images, size)
  if (images.resize === null) {
    return reader(images, size, source, (index, out, offset) => source.copy(index, out, offset))
  }
  const resize = createResize(images.stored, images.resize)
  const original = new Uint8Array(size)
  const resized = images.resize.shape.reduce((product, length) => product * length, 1)
  return reader(images, resized, source, (index, out, offset) => {
    source.copy(index, original, 0)
    resize(original, out.subarray(offset, offset + resized))
  })
}

interface Store {
  copy(index: number, out: Uint8Array, offset: number): void
  close(): void
}

function reader(
  images: Images,
  valuesPerImage: number,
  source: Store,
  copy: Store['copy'],
): ImageReader {
  return {
    read(indices, out) {
      for (let k = 0; k < indices.length; k++) {
        const index = indices[k] as number
        if (!(index >= 0 && index < images.count)) throw new RangeError(`no image ${index}`)
        copy(index, out, k * valuesPerImage)
      }
    },
    close: () => source.close(),
  }
}

function openStore({ store, count }: Images, size: number): Store {
  if (store.kind === 'memory') {
    const { pixels } = store
    return {
      copy: (index, out, offset) =>
        out.set(pixels.subarray(index * size, (index + 1) * size), offset),
      close: () => undefined,
    }
  }
  const { path, start } = store
  const file = openSync(path, 'r')
  if (fstatSync(file).size < start + count * size) {
    closeSync(file)
    throw new AppError('data_corrupt', `${path} is cut off: it does not hold ${count} images`, {
      hint: 'Remove the file; it is made again from the images.',
    })
  }
  return {
    copy(index, out, offset) {
      for (let done = 0; done < size;) {
        const at = start + index * size + done
        const count = readSync(file, out, offset + done, size - done, at)
        if (count === 0)
          throw new AppError('data_corrupt', `${path} became shorter while it was read`)
        done += count
      }
    },
    close: () => closeSync(file),
  }
}
