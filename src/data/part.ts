import type { Part } from './data-set.js'
import { openImages, type ImageReader, type Images } from './images.js'

/** Images with their labels; they are opened when the first is read. */
export function partOf(images: Images, labels: Int32Array): Part {
  let reader: ImageReader | undefined
  return {
    count: images.count,
    labels,
    images,
    read: (indices, out) => (reader ??= openImages(images)).read(indices, out),
  }
}
