/**
 * The formula by which the fixtures fill weights and images: an FNV-1a hash of the name, mixed with the index; see the
 * fixtures' README. Values lie in [-1, 1).
 */
function valueAt(key: number, index: number): number {
  let x = (key + Math.imul(index, 0x9e3779b9)) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  x = (x ^ (x >>> 16)) >>> 0
  return x / 2147483648 - 1
}

function keyOf(name: string): number {
  return Buffer.from(name).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5)
}

/** A weight or statistic in PyTorch's layout, by its state_dict name. */
export function filled(
  salt: string,
  name: string,
  shape: readonly number[],
  runningVarianceScale = 1,
): Float32Array {
  const key = keyOf(salt + name)
  const { scale, offset } = rangeOf(name, shape, runningVarianceScale)
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1))
  for (let i = 0; i < values.length; i++) values[i] = offset + scale * valueAt(key, i)
  return values
}

function rangeOf(
  name: string,
  shape: readonly number[],
  varianceScale: number,
): { scale: number; offset: number } {
  const last = name.split('.').at(-1)
  if (last === 'running_mean') return { scale: 0.1, offset: 0 }
  if (last === 'running_var') return { scale: varianceScale * 0.25, offset: varianceScale }
  if (shape.length >= 2) {
    const fanIn = shape.slice(1).reduce((product, length) => product * length, 1)
    return { scale: Math.sqrt(6 / fanIn), offset: 0 }
  }
  return last === 'weight' ? { scale: 0.1, offset: 1 } : { scale: 0.1, offset: 0 }
}

/** An image batch of shape [N,C,H,W] in the order [N,H,W,C]. */
export function imageNhwc(name: string, shape: readonly number[]): Float32Array {
  const [n, c, h, w] = shape as [number, number, number, number]
  const [coarse, fine] = [keyOf(`${name}.coarse`), keyOf(`${name}.fine`)]
  const [rows, columns] = [Math.ceil(h / 8), Math.ceil(w / 8)]
  const out = new Float32Array(n * c * h * w)
  let position = 0
  for (let image = 0; image < n; image++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        for (let channel = 0; channel < c; channel++) {
          const plane = image * c + channel
          const block = (plane * rows + Math.floor(y / 8)) * columns + Math.floor(x / 8)
          const pixel = (plane * h + y) * w + x
          out[position++] = 0.75 * valueAt(coarse, block) + 0.25 * valueAt(fine, pixel)
        }
      }
    }
  }
  return out
}
