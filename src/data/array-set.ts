import { AppError } from '../core/errors.js'
import type { DataFile, DataSet } from './data-set.js'
import { fingerprint } from './fingerprint.js'
import { groupNumbers } from './image-groups.js'
import type { Images } from './images.js'
import { partOf } from './part.js'

/** Images of one part, with the class number of each. */
export interface LabelledImages {
  readonly images: Images
  /** SHA-256 of their pixels. */
  readonly sha256: string
  readonly labels: Int32Array
  /** What the images belong to, by name; null: the data does not say. */
  readonly groups: readonly string[] | null
  readonly files: readonly DataFile[]
}

/** A data set of arrays: training images, and test images if there are some. */
export function arraySet(
  title: string,
  classes: readonly string[],
  train: LabelledImages,
  test: LabelledImages | null,
): DataSet {
  const shape = train.images.stored
  if (test !== null && test.images.stored.join() !== shape.join()) {
    throw new AppError(
      'data_mismatch',
      `Training images have ${shape.join('x')}, test images ${test.images.stored.join('x')}`,
    )
  }
  if (classes.length < 2) {
    throw new AppError('data_mismatch', `${title} has only one class`, {
      hint: 'There must be at least two classes.',
    })
  }
  const part = ({ images, labels }: LabelledImages) => partOf(images, labels)
  const content = ({ sha256, labels }: LabelledImages) => `${sha256} ${labels.join()}`
  const tests = test === null ? 'no test images' : `${test.labels.length} test images`
  return {
    shape,
    classes,
    splits: { train: part(train), test: test === null ? null : part(test) },
    validation: null,
    groups: train.groups === null ? null : groupNumbers(train.groups),
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
