import type { Random } from '../../core/random.js'
import type { Cut } from './cut.js'
import { between, chance, type Layer } from './garment.js'
import { box, curveTo, flipped, oval, ribbon, type Points } from './outline.js'

/** A rounded rim along the neck. */
export function collar(cut: Cut, width: number): Points {
  const line: number[] = [-cut.neck, cut.top]
  curveTo(line, 0, cut.top + 2 * cut.neckDepth, cut.neck, cut.top)
  return ribbon(line, width)
}

/** The two halves of a turned-down collar. */
export function collarTips(random: Random, cut: Cut): Layer[] {
  const tone = chance(random, 0.5) ? between(random, 0.5, 0.8) : between(random, 1.2, 1.5)
  const low = cut.top + cut.neckDepth
  const right = [0, low, cut.neck, cut.top - 0.06, cut.neck + 0.16, cut.top + 0.14, 0.1, low + 0.24]
  return [
    { points: right, tone },
    { points: flipped(right), tone },
  ]
}

/** A patch of another tone on the chest. */
export function print(random: Random, cut: Cut): Layer {
  const tone = chance(random, 0.5) ? between(random, 0.3, 0.7) : between(random, 1.3, 1.8)
  const [x, y] = [between(random, -0.1, 0.1), between(random, -0.4, 0.2)]
  const [width, height] = [cut.chest * between(random, 0.25, 0.7), between(random, 0.08, 0.35)]
  return {
    points: chance(random, 0.5)
      ? oval(x, y, width, height)
      : box(x - width, y - height, x + width, y + height),
    tone,
  }
}

/** A seam down the front, often with buttons. */
export function placket(random: Random, cut: Cut, length: number): Layer[] {
  const top = cut.top + cut.neckDepth
  const bottom = Math.min(cut.bottom, top + length)
  const width = between(random, 0.02, 0.06)
  const tone = chance(random, 0.6) ? between(random, 0.45, 0.85) : between(random, 1.15, 1.4)
  const layers: Layer[] = [{ points: box(-width, top, width, bottom), tone }]
  if (chance(random, 0.5)) {
    const step = between(random, 0.24, 0.36)
    for (let y = top + 0.1; y < bottom; y += step) {
      layers.push({ points: box(-0.05, y - 0.04, 0.05, y + 0.04), tone: tone < 1 ? 1.4 : 0.5 })
    }
  }
  return layers
}

/** The two flaps of an open collar. */
export function lapels(random: Random, cut: Cut): Layer[] {
  const [depth, width] = [between(random, 0.35, 0.75), between(random, 0.12, 0.24)]
  const right = [
    cut.neck,
    cut.top,
    cut.neck + width,
    cut.top + depth * 0.6,
    0.02,
    cut.top + depth + cut.neckDepth,
  ]
  const tone = between(random, 0.65, 1.3)
  return [
    { points: right, tone },
    { points: flipped(right), tone },
  ]
}

/** One pocket or two at a height. */
export function pockets(random: Random, cut: Cut, y: number): Layer[] {
  const [x, width] = [cut.chest * 0.55, between(random, 0.1, 0.16)]
  const tone = chance(random, 0.5) ? between(random, 0.6, 0.85) : between(random, 1.15, 1.3)
  const height = between(random, 0.04, 0.2)
  const right = box(x - width, y, x + width, y + height)
  return chance(random, 0.5)
    ? [{ points: right, tone }]
    : [
        { points: right, tone },
        { points: flipped(right), tone },
      ]
}
