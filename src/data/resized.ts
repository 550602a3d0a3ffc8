import { canonicalJson, sha256 } from '../core/hash.js'
import type { ResizeConfig } from '../spec/types.gen.js'
import type { DataSet, Part } from './data-set.js'
import { partOf } from './part.js'

/** A data set whose images are resized, made grey or repeated to three channels, as they are read. */
export function resized(
  data: DataSet,
  resize: ResizeConfig,
  channels: 'keep' | 'grey' | 'rgb',
): DataSet {
  const [height, width, own] = data.shape
  const [tall, wide] = resize.size ?? [height, width]
  const wanted = channels === 'keep' ? own : channels === 'grey' ? 1 : 3
  const shape = [tall, wide, wanted] as const
  if (shape.join() === data.shape.join()) return data
  const plan = { shape, method: resize.method, fit: resize.fit }
  const change = ({ images, labels }: Part) => partOf({ ...images, resize: plan }, labels)
  const { train, test } = data.splits
  return {
    ...data,
    shape,
    splits: { train: change(train), test: test === null ? null : change(test) },
    fingerprint: sha256(canonicalJson({ data: data.fingerprint, plan })),
    describe: () =>
      `${data.describe()}\nResized to ${shape.join('x')} (${plan.method}, ${plan.fit})`,
  }
}
