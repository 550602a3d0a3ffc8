import { Random } from '../core/random.js'
import type { Split } from './split/split.js'

const mostExamples = 25

/**
 * Draws up to 25 training images, one of each class in turn for as long as they last, as they then stand: all first
 * ones, all second ones. Of more than 25 classes some are drawn.
 */
export function chooseExamples(
  classOf: Int32Array,
  { train }: Split,
  classes: number,
  seed: number,
): Int32Array {
  const random = new Random(seed, 'describe/examples')
  const byClass = Array.from({ length: classes }, (): number[] => [])
  for (const index of random.shuffle(train.slice())) {
    const own = byClass[classOf[index] as number] as number[]
    if (own.length < mostExamples) own.push(index)
  }
  const present = byClass.filter((own) => own.length > 0)
  if (present.length > mostExamples) random.shuffle(present)
  const chosen: number[] = []
  for (let turn = 0; turn < mostExamples; turn++) {
    for (const own of present) {
      const index = own[turn]
      if (index !== undefined && chosen.length < mostExamples) chosen.push(index)
    }
  }
  return Int32Array.from(chosen)
}
