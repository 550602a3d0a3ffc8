import { AppError } from '../core/errors.js'
import { sha256 } from '../core/hash.js'
import type { DataFile, DataSet } from './data-set.js'
import { fingerprint } from './fingerprint.js'
import { memoryPart } from './memory-part.js'

/** Images of one part in memory, with the class number of each. */
export interface LabelledImages {
  readonly pixels: Uint8Array
  readonly shape: readonly [number, number, number]
  readonly labels: Int32Array
  readonly files: readonly DataFile[]
}

/** A data set of arrays: training images, and test images if there are some. */
export function arraySet(
  title: string,
  classes: readonly string[],
  train: LabelledImages,
  test: LabelledImages | null,
): DataSet {
  const { shape } = train
  if (test !== null && test.shape.join() !== shape.join()) {
    throw new AppError(
      'data_mismatch',
      `Training images have ${shape.join('x')}, test images ${test.shape.join('x')}`,
    )
  }
  if (classes.length < 2) {
    throw new AppError('data_mismatch', `${title} has only one class`, {
      hint: 'There must be at least two classes.',
    })
  }
  const part = ({ pixels, labels }: LabelledImages) => memoryPart(pixels, labels, shape)
  const content = (images: LabelledImages) => `${sha256(images.pixels)} ${images.labels.join()}`
  const tests = test === null ? 'no test images' : `${test.labels.length} test images`
  return {
    shape,
    classes,
    splits: { train: part(train), test: test === null ? null : part(test) },
    validation: null,
    groups: null,
    fingerprint: fingerprint({
      shape,
      classes,
      content: { train: content(train), test: test === null ? '' : content(test) },
    }),
    files: [...train.files, ...(test?.files ?? [])],
    demo: false,
    describe: () =>
      `${title}: ${train.labels.length} training images and ${tests} of ${shape.slice(0, 2).join('x')} ` +
      `in ${classes.length} classes`,
  }
}
