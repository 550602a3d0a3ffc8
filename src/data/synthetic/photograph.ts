import type { Random } from '../../core/random.js'
import { weave } from './fabric.js'
import { between, chance, type Garment } from './garment.js'
import { poseOf, type Stance } from './pose.js'
import { coverShape, createCanvas, type Canvas } from './raster.js'

/** Room for drawing, used again for each image. */
export interface Studio {
  readonly canvas: Canvas
  readonly fabric: Float32Array
}

/** Room for images of `side * side` pixels. */
export function createStudio(side: number): Studio {
  return { canvas: createCanvas(side), fabric: new Float32Array(side * side) }
}

/** Draws one garment as a grey photograph on black, `side * side` bytes at `offset` of `out`. */
export function photograph(
  garment: Garment,
  random: Random,
  studio: Studio,
  out: Uint8Array,
  offset: number,
): void {
  const { canvas, fabric } = studio
  const pose = poseOf(drawStance(random), canvas.side)
  const tone = between(random, 0.3, 0.95)
  weave(random, pose, canvas.side, fabric)
  canvas.light.fill(0)
  for (const layer of garment(random)) {
    const rows = coverShape(canvas, layer.points, pose)
    paint(studio, rows.top * canvas.side, rows.bottom * canvas.side, layer.tone * tone)
  }
  expose(random, canvas.light, out, offset)
}

function drawStance(random: Random): Stance {
  const size = between(random, 10, 13)
  return {
    width: size * between(random, 0.85, 1.1),
    height: size * between(random, 0.9, 1.08),
    halfTangent: between(random, -0.12, 0.12),
    shear: between(random, -0.12, 0.12),
    right: between(random, -2.3, 2.3),
    down: between(random, -2.3, 2.3),
    mirror: chance(random, 0.5),
  }
}

function paint(studio: Studio, from: number, to: number, tone: number): void {
  const { cover, light } = studio.canvas
  for (let i = from; i < to; i++) {
    const share = cover[i] as number
    if (share === 0) continue
    const here = light[i] as number
    light[i] = here + share * (tone * (studio.fabric[i] as number) - here)
  }
}

/** Adds the camera's noise (the difference of two 16-bit halves of one draw) and rounds to bytes. */
function expose(random: Random, light: Float32Array, out: Uint8Array, offset: number): void {
  const noise = between(random, 0.02, 0.1)
  for (let i = 0; i < light.length; i++) {
    const draw = random.uniform() * 65536
    const half = Math.floor(draw)
    const grain = noise * (draw - half - half / 65536)
    const value = 255 * ((light[i] as number) + grain)
    out[offset + i] = value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5)
  }
}
