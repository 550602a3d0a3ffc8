/** From one value (factor 0) to another (1) and beyond, in single precision, clipped and truncated (PIL, Image.blend). */
export function blend(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(Math.fround(factor) * (to - from)))
  return Math.max(0, Math.min(255, Math.trunc(value)))
}
