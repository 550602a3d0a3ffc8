import type { Window } from '../../windows.js'
import { productsOf, sumsOf } from './transformed.js'

/** How a convolution is computed forward and, with `forward`, how its two gradients are. */
export interface Formulations {
  readonly forward: 'transformed' | 'convolve'
  readonly inputGradient: 'transformed' | 'product' | 'convolve' | 'phases'
  readonly filterGradient: 'transformed' | 'columns'
}

/** What a multiplication of the filter's transform costs, in those of the products: it reads along the wrong axis. */
const filterCost = 3

/** What is saved must also pay for turning maps around where a neighbour, such as a pooling, keeps channels first. */
const margin = 0.8

/** Fewer images or channels make the products too narrow to be fast. */
const leastBatch = 8
const leastChannels = 16

/**
 * The formulation as a function of the shapes alone, never of a timing, so that a run takes the same one every time. The
 * constants were fitted to times on two cores of a Xeon with AVX-512 (`npm run bench -- convolutions`).
 */
export function formulationsOf(window: Window): Formulations {
  if (isTransformed(window)) {
    return { forward: 'transformed', inputGradient: 'transformed', filterGradient: 'transformed' }
  }
  return {
    forward: 'convolve',
    inputGradient: inputGradientOf(window),
    filterGradient: 'columns',
  }
}

function inputGradientOf(window: Window): Formulations['inputGradient'] {
  const { height, width } = window
  const sides = [height, width]
  if (sides.some(({ stride }) => stride > 1)) return 'phases'
  if (sides.every(({ window: taps, before, after }) => taps === 1 && before + after === 0)) {
    return 'product'
  }
  return sides.every(canReverse) ? 'convolve' : 'phases'
}

function canReverse({ window, dilation, before, input, output }: Window['height']): boolean {
  const leading = (window - 1) * dilation - before
  return leading >= 0 && input + (window - 1) * dilation - output - leading >= 0
}

/** Whether the products of a bilinear algorithm, with the sums around them, are few enough. */
function isTransformed(window: Window): boolean {
  const { height, width, batch, inputChannels, outputChannels } = window
  const taps = height.window * width.window
  if (taps === 1 || batch < leastBatch) return false
  if (Math.min(inputChannels, outputChannels) < leastChannels) return false
  const products = productsOf(window)
  if (products === 0) return false
  const sums = sumsOf(window, 'input') / outputChannels + sumsOf(window, 'output') / inputChannels
  const filter = (filterCost * products * taps) / batch
  return products + sums + filter < margin * taps * height.output * width.output
}
