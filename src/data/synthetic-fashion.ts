import { sha256 } from '../core/hash.js'
import { Random } from '../core/random.js'
import type { SyntheticFashionConfig } from '../spec/types.gen.js'
import type { DataSetKind, Part } from './data-set.js'
import { fashionClasses, fashionShape } from './fashion-classes.js'
import { fingerprint } from './fingerprint.js'
import { memoryPart, sharedBytes } from './memory-part.js'
import { garments } from './synthetic/garments.js'
import { createStudio, photograph } from './synthetic/photograph.js'

/**
 * The embedded demo data: grey garments drawn by the program, of Fashion-MNIST's classes, size and type. Image i of a
 * part shows class i mod 10 and is a function of (seed, part, i) alone, so a larger set begins with the smaller one.
 */
export const syntheticFashion: DataSetKind<SyntheticFashionConfig> = {
  open(config) {
    const train = drawPart(config.seed, 'train', config.train_size)
    const test = drawPart(config.seed, 'test', config.test_size)
    return Promise.resolve({
      shape: fashionShape,
      classes: fashionClasses,
      splits: { train: train.part, test: test.part },
      validation: null,
      groups: null,
      fingerprint: fingerprint({
        shape: fashionShape,
        classes: fashionClasses,
        content: { train: train.hash, test: test.hash },
      }),
      files: [],
      demo: true,
      describe: () =>
        `Demo data: ${config.train_size} training and ${config.test_size} test images of 28x28 in ` +
        `${fashionClasses.length} classes, drawn by this program from seed ${config.seed}.\n` +
        'For the real images: data=fashion_mnist',
    })
  },
}

function drawPart(seed: number, name: string, count: number): { part: Part; hash: string } {
  const [side] = fashionShape
  const pixels = sharedBytes(count * side * side)
  const labels = Int32Array.from({ length: count }, (_, i) => i % fashionClasses.length)
  const studio = createStudio(side)
  const drawers = fashionClasses.map((className) => garments[className])
  for (let i = 0; i < count; i++) {
    const random = new Random(seed, `data/synthetic/${name}/${i}`)
    const garment = drawers[i % drawers.length] as (typeof drawers)[number]
    photograph(garment, random, studio, pixels, i * side * side)
  }
  return { part: memoryPart(pixels, labels, fashionShape), hash: sha256(pixels) }
}
