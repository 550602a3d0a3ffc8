import { between, chance, type Garment, type Layer } from './garment.js'
import { box, curveTo, mirrored } from './outline.js'

/** Two legs below a waistband, straight or tapered, together or apart. */
export const trouser: Garment = (random) => {
  const [waist, hip] = [between(random, 0.24, 0.36), between(random, 0.3, 0.44)]
  const crotch = between(random, -0.5, -0.15)
  const length = chance(random, 0.12) ? between(random, 0.2, 0.6) : between(random, 0.85, 1.05)
  const hem = between(random, 0.15, 0.26)
  const stand = between(random, 0.02, 0.24)
  const half: number[] = [0, -1, waist, -1]
  curveTo(half, hip, -0.8, hip, crotch - 0.1)
  half.push(stand + hem, length, stand, length, 0.01, crotch)
  const layers: Layer[] = [{ points: mirrored(half), tone: 1 }]
  layers.push({ points: box(-waist, -1, waist, -0.88), tone: between(random, 0.6, 1.3) })
  if (chance(random, 0.6)) {
    layers.push({ points: box(-0.025, -0.88, 0.025, crotch), tone: between(random, 0.5, 0.9) })
  }
  return layers
}
