import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { DataSet } from '../../src/data/data-set.js'
import type { DescribedData } from '../../src/data/describe.js'
import { mapLabels } from '../../src/data/labels.js'
import { memoryPart } from '../../src/data/memory-part.js'
import type { LabelsConfig } from '../../src/spec/types.gen.js'

export const quiet = { progress: { start() {}, update() {}, stop() {} } }

export const garmentGroups = parse(
  readFileSync(new URL('../../configs/labels/garment_groups.yaml', import.meta.url), 'utf8'),
) as LabelsConfig

/** Images of 2x1 pixels, three channels or one, as their values and class numbers are given. */
export function smallData(
  train: readonly (readonly [own: number, ...values: number[]])[],
  test: typeof train,
  classes: readonly string[],
): DataSet {
  const channels = (train[0]!.length - 1) / 2
  const shape = [2, 1, channels] as const
  const part = (images: typeof train) =>
    memoryPart(
      Uint8Array.from(images.flatMap(([, ...values]) => values)),
      Int32Array.from(images, ([own]) => own),
      shape,
    )
  return {
    shape,
    classes,
    splits: { train: part(train), test: test.length === 0 ? null : part(test) },
    validation: null,
    groups: null,
    fingerprint: 'f'.repeat(64),
    files: [],
    demo: false,
    describe: () => 'Small & simple data',
  }
}

/** Seven images of three classes, one of which is excluded; the third is the same as the first, of another class. */
export function smallDescribed(): DescribedData {
  const data = smallData(
    [
      [0, 10, 20],
      [0, 0, 0],
      [1, 10, 20],
      [1, 30, 40],
      [2, 50, 60],
      [0, 10, 20],
    ],
    [[1, 30, 40]],
    ['a', 'b', 'c <&>'],
  )
  const config: LabelsConfig = { name: 'classes', exclude: ['c <&>'], rename: {}, aliases: {} }
  return {
    data,
    labels: mapLabels(config, data.classes),
    split: {
      train: Int32Array.of(0, 1, 2),
      val: Int32Array.of(3, 5),
      test: new Int32Array(0),
    },
    seed: 1,
  }
}
