import { between, chance, type Garment, type Layer } from './garment.js'
import { box, curveTo, mirrored, ribbon } from './outline.js'

/** A box or pouch with a handle, a strap or neither; often a flap and a clasp. */
export const bag: Garment = (random) => {
  const [top, bottom] = [between(random, -0.4, 0.1), between(random, 0.55, 0.9)]
  const [upper, lower] = [between(random, 0.55, 0.92), between(random, 0.6, 0.95)]
  const layers: Layer[] = []
  if (chance(random, 0.8)) {
    const reach = between(random, 0.2, 0.8) * upper
    const line: number[] = [-reach, top + 0.05]
    const peak = Math.max(-1.6, top - between(random, 0.5, 1.6))
    curveTo(line, -reach * 0.8, peak * 0.9, 0, peak * 0.75)
    curveTo(line, reach * 0.8, peak * 0.9, reach, top + 0.05)
    layers.push({
      points: ribbon(line, between(random, 0.07, 0.16)),
      tone: between(random, 0.6, 1.2),
    })
  }
  const half: number[] = [0, top, upper * 0.9, top]
  curveTo(half, upper, top, (upper + lower) / 2, (top + bottom) / 2)
  curveTo(half, lower, bottom, lower * 0.85, bottom)
  half.push(0, bottom)
  layers.push({ points: mirrored(half), tone: 1 })
  if (chance(random, 0.55)) {
    const flap: number[] = [0, top, upper * 0.9, top]
    curveTo(flap, upper * 0.8, top + (bottom - top) * 0.55, 0, top + (bottom - top) * 0.55)
    layers.push({ points: mirrored(flap), tone: between(random, 0.6, 1.3) })
  }
  if (chance(random, 0.5)) {
    const y = between(random, top + 0.1, bottom - 0.2)
    layers.push({ points: box(-0.1, y, 0.1, y + 0.14), tone: chance(random, 0.5) ? 1.7 : 0.4 })
  }
  return layers
}
