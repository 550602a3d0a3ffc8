import type { Random } from '../../core/random.js'
import { between, chance, type Garment, type Layer } from './garment.js'
import { curveTo, ribbon, type Points } from './outline.js'

/** Shoes are drawn from the side with the toe to the left. */

/** Flat or heeled sole and a few straps with air between them. */
export const sandal: Garment = (random) => {
  const heel = chance(random, 0.5) ? between(random, 0.25, 0.75) : between(random, 0.0, 0.12)
  const ground = between(random, 0.4, 0.6)
  const thickness = between(random, 0.1, 0.2)
  const line: number[] = [-0.95, ground]
  curveTo(line, -0.2, ground + 0.05, 0.1, ground - heel * 0.55)
  curveTo(line, 0.4, ground - heel, 0.9, ground - heel)
  const layers: Layer[] = [{ points: ribbon(line, thickness), tone: between(random, 0.7, 1.2) }]
  if (heel > 0.2) layers.push({ points: heelPoints(random, ground, heel), tone: 0.9 })
  layers.push(...straps(random, ground, heel))
  return layers
}

/** A low shoe: toe box, laces, light or dark sole. */
export const sneaker: Garment = (random) => {
  const ground = between(random, 0.38, 0.52)
  const collar = ground - between(random, 0.55, 0.9)
  const layers: Layer[] = [
    { points: upper(random, ground, collar, between(random, 0.0, 0.35)), tone: 1 },
  ]
  layers.push({ points: solePoints(ground, between(random, 0.1, 0.22)), tone: soleTone(random) })
  if (chance(random, 0.7)) layers.push(...laces(random, ground, collar))
  if (chance(random, 0.5)) layers.push(sideStripe(random, ground, collar))
  return layers
}

/** A shoe with a shaft above the ankle, flat or heeled. */
export const ankleBoot: Garment = (random) => {
  const ground = between(random, 0.7, 0.9)
  const collar = ground - between(random, 1.15, 1.8)
  const heel = chance(random, 0.45) ? between(random, 0.15, 0.4) : 0
  const layers: Layer[] = [{ points: shaft(random, ground - heel * 0.6, collar), tone: 1 }]
  if (heel > 0)
    layers.push({ points: heelPoints(random, ground, heel), tone: between(random, 0.6, 1) })
  else
    layers.push({ points: solePoints(ground, between(random, 0.08, 0.18)), tone: soleTone(random) })
  if (chance(random, 0.4)) layers.push(...laces(random, ground, (ground + collar) / 2 - 0.2))
  if (chance(random, 0.3)) {
    layers.push({
      points: ribbon([0.0, collar + 0.2, 0.85, collar + 0.2], 0.1),
      tone: between(random, 0.5, 1.4),
    })
  }
  return layers
}

function upper(random: Random, ground: number, collar: number, dip: number): Points {
  const toe = between(random, 0.22, 0.4)
  const points: number[] = [-0.95, ground]
  curveTo(points, -1.02, ground - toe, -0.6, ground - toe - 0.03)
  curveTo(points, -0.2, ground - toe - 0.05, between(random, -0.05, 0.15), collar)
  curveTo(points, 0.45, collar + dip, 0.82, collar - between(random, -0.05, 0.12))
  curveTo(points, 0.98, ground - 0.3, 0.92, ground)
  return points
}

function shaft(random: Random, ground: number, collar: number): Points {
  const toe = between(random, 0.25, 0.42)
  const front = between(random, -0.25, 0.05)
  const points: number[] = [-0.95, ground + 0.03]
  curveTo(points, -1.0, ground - toe, -0.6, ground - toe - 0.05)
  curveTo(points, front - 0.05, ground - toe - 0.2, front, ground - toe - 0.45)
  points.push(front - between(random, -0.1, 0.1), collar)
  points.push(0.82 + between(random, -0.1, 0.1), collar - between(random, -0.05, 0.1))
  curveTo(points, 0.75, ground - 0.4, 0.85, ground)
  return points
}

function solePoints(ground: number, thickness: number): Points {
  return [
    -0.98,
    ground - thickness * 0.3,
    0.95,
    ground - thickness * 0.3,
    0.95,
    ground + thickness,
    -0.9,
    ground + thickness,
  ]
}

function soleTone(random: Random): number {
  return chance(random, 0.5) ? between(random, 1.2, 1.8) : between(random, 0.35, 0.8)
}

function heelPoints(random: Random, ground: number, heel: number): Points {
  const width = between(random, 0.08, 0.3)
  return [
    0.88 - width,
    ground - heel,
    0.92,
    ground - heel,
    0.88,
    ground + 0.06,
    0.88 - width * 0.7,
    ground + 0.06,
  ]
}

function straps(random: Random, ground: number, heel: number): Layer[] {
  const count = 1 + random.integer(3)
  const layers: Layer[] = []
  for (let i = 0; i < count; i++) {
    const x = -0.75 + (i * 1.3) / count + between(random, 0, 0.2)
    const height = between(random, 0.3, 0.6) + (x > 0 ? heel * 0.6 : 0)
    const line: number[] = [x - 0.15, ground]
    curveTo(
      line,
      x + between(random, -0.1, 0.3),
      ground - height * 1.7,
      x + 0.4,
      ground - (x > -0.2 ? heel * 0.8 : 0),
    )
    layers.push({
      points: ribbon(line, between(random, 0.08, 0.2)),
      tone: between(random, 0.7, 1.3),
    })
  }
  if (chance(random, 0.6)) {
    const top = ground - heel - between(random, 0.4, 0.8)
    const line: number[] = [0.85, ground - heel]
    curveTo(line, 0.95, top, 0.2, top + 0.1)
    layers.push({
      points: ribbon(line, between(random, 0.08, 0.16)),
      tone: between(random, 0.7, 1.3),
    })
  }
  return layers
}

function laces(random: Random, ground: number, collar: number): Layer[] {
  const tone = chance(random, 0.5) ? between(random, 1.3, 1.8) : between(random, 0.3, 0.7)
  return [0.2, 0.45, 0.7].map((t) => {
    const [x, y] = [-0.5 + 0.5 * t, ground - 0.38 + (collar - ground + 0.45) * t]
    return { points: ribbon([x, y, x + 0.25, y + 0.1], 0.07), tone }
  })
}

function sideStripe(random: Random, ground: number, collar: number): Layer {
  const tone = chance(random, 0.5) ? between(random, 1.3, 1.8) : between(random, 0.3, 0.7)
  const lean = between(random, -0.3, 0.3)
  return {
    points: ribbon([0.1 + lean, collar + 0.25, 0.35, ground - 0.05], between(random, 0.08, 0.2)),
    tone,
  }
}
