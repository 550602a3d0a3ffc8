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

/** A weight or statistic in PyTorch's layout. */
export function filled(salt: string, name: string, shape: readonly number[]): number[] {
  const key = keyOf(salt + name)
  const size = shape.reduce((product, length) => product * length, 1)
  const last = name.split('.').at(-1)
  return Array.from({ length: size }, (_, index) => {
    const v = valueAt(key, index)
    if (last === 'running_mean') return Math.fround(0.1 * v)
    if (last === 'running_var') return Math.fround(1 + 0.25 * v)
    if (shape.length >= 2) return Math.fround(v * Math.sqrt(6 / (size / shape[0]!)))
    return Math.fround(last === 'weight' ? 1 + 0.1 * v : 0.1 * v)
  })
}

/** An image batch of shape [N,C,H,W] in the order [N,H,W,C]. */
export function imageNhwc(
  name: string,
  [n, c, h, w]: [number, number, number, number],
): Float32Array {
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

/** Values of PyTorch's [O,I,kh,kw] as [kh,kw,I,O], and of [out,in] as [in,out]; others as they are. */
export function toTfjsLayout(values: readonly number[], shape: readonly number[]): number[] {
  if (shape.length < 2) return [...values]
  const [outputs, inputs] = shape as [number, number]
  const taps = values.length / (outputs * inputs)
  return values.map((_, index) => {
    const o = index % outputs
    const i = Math.floor(index / outputs) % inputs
    const tap = Math.floor(index / (outputs * inputs))
    return values[(o * inputs + i) * taps + tap]!
  })
}
