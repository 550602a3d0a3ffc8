import { band, body, drawCut, drawSleeve, sleeves, type Cut } from './cut.js'
import { between, chance, type Garment, type Layer } from './garment.js'
import { box } from './outline.js'
import { collar, collarTips, lapels, placket, pockets, print } from './trimmings.js'

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
