import type { Window } from '../../windows.js'
import { productsOf, sumsOf } from './transformed.js'

/** How a convolution is computed forward and, with `forward`, how its two gradients are. */
export interface Formulations {
  readonly forward: 'transformed' | 'convolve'
  readonly inputGradient: 'transformed' | 'product' | 'convolve' | 'phases'
  readonly filterGradient: 'transformed' | 'columns'
}

/** A transform must save this much: its products are many and small, and its sums wait for memory. */
const margin = 0.8

/** Fewer images make matrix products too narrow to be fast. */
const leastBatch = 16

/** Fewer channels make them too small. */
const leastChannels = 32

/**
 * The formulation as a function of the shapes alone, so that a run gives the same bits on every machine. The limits are
 * those at which the formulations took equally long on two cores (`npm run bench -- convolutions`).
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
  const sums =
    sumsOf(window, 'input') / outputChannels +
    sumsOf(window, 'output') / inputChannels +
    (products * taps) / batch
  return products + 2 * sums < margin * taps * height.output * width.output
}
