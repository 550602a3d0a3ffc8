import { between, chance, type Garment, type Layer } from './garment.js'
import type { Random } from '../../core/random.js'
import { box, curveTo, flipped, mirrored, oval, ribbon, type Points } from './outline.js'

/** The measures of anything that has shoulders; widths are half widths. */
interface Cut {
  readonly top: number
  readonly bottom: number
  readonly neck: number
  readonly neckDepth: number
  readonly shoulder: number
  readonly chest: number
  readonly waist: number
  readonly hem: number
  readonly armhole: number
}

interface Sleeve {
  readonly length: number
  readonly width: number
  /** How far it leans away from the body: sine of the angle. */
  readonly spread: number
}

/** Short or very short sleeves, round or V neck, sometimes a print. */
export const tShirt: Garment = (random) => {
  const cut = drawCut(random, { bottom: [0.6, 0.95], chest: [0.44, 0.56], neck: [0.16, 0.28] })
  const sleeve = drawSleeve(random, chance(random, 0.15) ? [0.05, 0.2] : [0.35, 0.85])
  const layers = [...sleeves(random, cut, sleeve), ...body(cut)]
  if (chance(random, 0.35)) layers.push(print(random, cut))
  if (chance(random, 0.12)) layers.push(...placket(random, cut, between(random, 0.25, 0.45)))
  return layers
}

/** Long sleeves, ribbed hem and neck, closed front. */
export const pullover: Garment = (random) => {
  const cut = drawCut(random, { bottom: [0.6, 0.88], chest: [0.46, 0.6], neck: [0.13, 0.24] })
  const layers = [...sleeves(random, cut, drawSleeve(random, [0.95, 1.6])), ...body(cut)]
  const rib = between(random, 0.75, 1.15)
  layers.push({ points: band(cut, cut.bottom - 0.12, cut.bottom), tone: rib })
  if (chance(random, 0.6)) layers.push({ points: collar(cut, 0.1), tone: rib })
  if (chance(random, 0.25)) layers.push(print(random, cut))
  if (chance(random, 0.12)) layers.push(...placket(random, cut, between(random, 0.25, 0.5)))
  return layers
}

/** Long sleeves, a long body that opens in front, lapels or buttons. */
export const coat: Garment = (random) => {
  const cut = drawCut(random, { bottom: [0.88, 1.08], chest: [0.46, 0.62], neck: [0.13, 0.24] })
  const layers = [...sleeves(random, cut, drawSleeve(random, [1.1, 1.7])), ...body(cut)]
  const gap = between(random, 0.03, 0.1)
  const tone = chance(random, 0.75) ? between(random, 0.2, 0.7) : between(random, 1.2, 1.5)
  layers.push({ points: box(-gap, cut.top + cut.neckDepth, gap, cut.bottom), tone })
  if (chance(random, 0.6)) layers.push(...lapels(random, cut))
  if (chance(random, 0.4)) layers.push(...pockets(random, cut, 0.35))
  return layers
}

/** Long or short sleeves, a collar and a row of buttons. */
export const shirt: Garment = (random) => {
  const cut = drawCut(random, { bottom: [0.7, 0.98], chest: [0.38, 0.52], neck: [0.14, 0.26] })
  const long = chance(random, 0.65)
  const sleeve = drawSleeve(random, long ? [0.95, 1.6] : [0.35, 0.9])
  const layers = [...sleeves(random, cut, sleeve), ...body(cut)]
  if (chance(random, 0.95)) layers.push(...placket(random, cut, cut.bottom - cut.top))
  if (chance(random, 0.9)) layers.push(...collarTips(random, cut))
  if (chance(random, 0.35)) layers.push(...pockets(random, cut, -0.3))
  return layers
}

/** One piece: narrow waist, wide hem, straps or short sleeves; sometimes straight or with long sleeves. */
export const dress: Garment = (random) => {
  const chest = between(random, 0.26, 0.42)
  const waist = chest * between(random, 0.7, 1.0)
  const cut: Cut = {
    top: -1,
    bottom: between(random, 0.85, 1.05),
    neck: chest * between(random, 0.35, 0.65),
    neckDepth: between(random, 0.05, 0.3),
    shoulder: chest * between(random, 0.75, 1.0),
    chest,
    waist,
    hem: waist + between(random, 0.0, 0.45),
    armhole: between(random, 0.32, 0.45),
  }
  const layers: Layer[] = []
  if (chance(random, 0.5)) {
    layers.push(
      ...sleeves(random, cut, drawSleeve(random, chance(random, 0.4) ? [0.9, 1.4] : [0.2, 0.7])),
    )
  }
  layers.push(...body(cut))
  if (chance(random, 0.35)) {
    const tone = chance(random, 0.5) ? between(random, 0.5, 0.8) : between(random, 1.15, 1.4)
    layers.push({ points: band(cut, -0.2, -0.08), tone })
  }
  return layers
}

type Range = readonly [number, number]

function drawCut(random: Random, range: { bottom: Range; chest: Range; neck: Range }): Cut {
  const chest = between(random, ...range.chest)
  return {
    top: -1,
    bottom: between(random, ...range.bottom),
    neck: between(random, ...range.neck),
    neckDepth: between(random, 0.04, 0.28),
    shoulder: chest * between(random, 0.88, 1.02),
    chest,
    waist: chest * between(random, 0.82, 1.02),
    hem: chest * between(random, 0.88, 1.12),
    armhole: between(random, 0.38, 0.55),
  }
}

function drawSleeve(random: Random, length: Range): Sleeve {
  return {
    length: between(random, ...length),
    width: between(random, 0.2, 0.34),
    spread: between(random, 0.12, 0.6),
  }
}

function body(cut: Cut): Layer[] {
  const half: number[] = [0, cut.top + cut.neckDepth]
  curveTo(half, cut.neck, cut.top + cut.neckDepth, cut.neck, cut.top)
  half.push(cut.shoulder, cut.top + 0.12)
  curveTo(half, cut.shoulder * 0.92, cut.top + cut.armhole * 0.6, cut.chest, cut.top + cut.armhole)
  curveTo(half, cut.waist, (cut.top + cut.bottom) / 2 - 0.15, cut.hem, cut.bottom)
  half.push(0, cut.bottom + 0.03)
  return [{ points: mirrored(half), tone: 1 }]
}

function sleeves(random: Random, cut: Cut, sleeve: Sleeve): Layer[] {
  const tone = between(random, 0.8, 1.05)
  const other = { ...sleeve, spread: sleeve.spread * between(random, 0.7, 1.3) }
  return [
    { points: sleevePoints(cut, sleeve), tone },
    { points: flipped(sleevePoints(cut, other)), tone },
  ]
}

function sleevePoints(cut: Cut, sleeve: Sleeve): Points {
  const across = sleeve.spread
  const down = Math.sqrt(1 - across * across)
  const [x, y] = [cut.shoulder, cut.top + 0.12]
  const [endX, endY] = [x + across * sleeve.length, y + down * sleeve.length]
  const points = [x - 0.1, y - 0.03, x, y]
  curveTo(
    points,
    x + 0.12 * down + across * sleeve.length * 0.4,
    y + down * sleeve.length * 0.4,
    endX,
    endY,
  )
  points.push(endX - down * sleeve.width, endY + across * sleeve.width)
  points.push(cut.chest - 0.02, cut.top + cut.armhole)
  return points
}

/** A stripe across the body between two heights. */
function band(cut: Cut, top: number, bottom: number): Points {
  const [upper, lower] = [widthAt(cut, top), widthAt(cut, bottom)]
  return [-upper, top, upper, top, lower, bottom, -lower, bottom]
}

function widthAt(cut: Cut, y: number): number {
  const start = cut.top + cut.armhole
  const t = Math.min(1, Math.max(0, (y - start) / (cut.bottom - start)))
  return (1 - t) * (1 - t) * cut.chest + 2 * t * (1 - t) * cut.waist + t * t * cut.hem
}

function collar(cut: Cut, width: number): Points {
  const line: number[] = [-cut.neck, cut.top]
  curveTo(line, 0, cut.top + 2 * cut.neckDepth, cut.neck, cut.top)
  return ribbon(line, width)
}

/** The two halves of a turned-down collar. */
function collarTips(random: Random, cut: Cut): Layer[] {
  const tone = chance(random, 0.5) ? between(random, 0.5, 0.8) : between(random, 1.2, 1.5)
  const low = cut.top + cut.neckDepth
  const right = [0, low, cut.neck, cut.top - 0.06, cut.neck + 0.16, cut.top + 0.14, 0.1, low + 0.24]
  return [
    { points: right, tone },
    { points: flipped(right), tone },
  ]
}

function print(random: Random, cut: Cut): Layer {
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

function placket(random: Random, cut: Cut, length: number): Layer[] {
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

function lapels(random: Random, cut: Cut): Layer[] {
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

function pockets(random: Random, cut: Cut, y: number): Layer[] {
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
