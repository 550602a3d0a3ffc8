/** Pixels around an image: [[top, bottom], [left, right]]. */
export type Padding = [[number, number], [number, number]]

/** The same number of pixels on each side, as PyTorch pads. */
export function symmetric(pixels: number): Padding {
  return [
    [pixels, pixels],
    [pixels, pixels],
  ]
}

/**
 * How a saved model states a padding: `valid` or `same` where tfjs' own layers then pad alike, else the pixels, which
 * they have no word for.
 */
export function statedPadding(
  padding: Padding,
  sizes: readonly (number | null)[],
  window: { size: number; stride: number },
): 'valid' | 'same' | Padding {
  if (padding.flat().every((pixels) => pixels === 0)) return 'valid'
  const isSame = padding.every(([before, after], axis) => {
    const size = sizes[axis] as number
    const covered = (Math.ceil(size / window.stride) - 1) * window.stride + window.size
    const total = Math.max(covered - size, 0)
    return before === Math.floor(total / 2) && after === Math.ceil(total / 2)
  })
  return isSame ? 'same' : padding
}

/** Number of windows that fit along one axis. */
export function windowCount(
  size: number,
  [before, after]: readonly [number, number],
  window: { size: number; stride: number },
): number {
  return Math.floor((size + before + after - window.size) / window.stride) + 1
}
