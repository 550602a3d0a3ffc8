import type { Random } from '../core/random.js'

const layerCount = 128
/** Where the tail begins, and the area of each layer: Marsaglia and Tsang (2000), 128 layers. */
const tailStart = 3.442619855899
const layerArea = 9.91256303526217e-3

/** Right edges of the layers, from the base (as wide as its area at the height of the density) up to 0. */
const edges = rightEdges()
const heights = edges.map(density)

/**
 * Fills with normal values of mean 0: the ziggurat of Marsaglia and Tsang, with layer, sign and position from separate
 * bits of one draw (Doornik, 2005). It draws once for nearly every value, so a network of many millions starts soon.
 */
export function fillNormal(values: Float32Array, deviation: number, stream: Random): void {
  for (let i = 0; i < values.length; i++) values[i] = deviation * standardNormal(stream)
}

function standardNormal(stream: Random): number {
  for (;;) {
    const bits = (stream.uniform() * 2 ** 32) >>> 0
    const layer = bits & (layerCount - 1)
    const sign = (bits & layerCount) === 0 ? 1 : -1
    const x = ((bits >>> 8) / 2 ** 24) * (edges[layer] as number)
    if (x < (edges[layer + 1] as number)) return sign * x
    if (layer === 0) return sign * tail(stream)
    const [low, high] = [heights[layer] as number, heights[layer + 1] as number]
    if (low + stream.uniform() * (high - low) < density(x)) return sign * x
  }
}

/** Beyond the last edge, by Marsaglia (1964). */
function tail(stream: Random): number {
  for (;;) {
    const x = -Math.log(1 - stream.uniform()) / tailStart
    const y = -Math.log(1 - stream.uniform())
    if (2 * y > x * x) return tailStart + x
  }
}

function rightEdges(): Float64Array {
  const found = new Float64Array(layerCount + 1)
  found[0] = layerArea / density(tailStart)
  found[1] = tailStart
  for (let i = 2; i < layerCount; i++) {
    const x = found[i - 1] as number
    found[i] = Math.sqrt(-2 * Math.log(layerArea / x + density(x)))
  }
  return found
}

function density(x: number): number {
  return Math.exp(-0.5 * x * x)
}
