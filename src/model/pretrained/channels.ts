/**
 * A first kernel for colour images, made one for images of other channels as timm does it. One channel: the sum over
 * the colours, which sees a grey image as the old kernel sees that image three times. More: the colours in turn, scaled
 * so that the sum over channels stays.
 */
export function adaptChannels(
  values: Float32Array,
  shape: readonly number[],
  axis: number,
  channels: number,
): Float32Array {
  const colours = shape[axis] as number
  const inner = sizeOf(shape.slice(axis + 1))
  const outer = sizeOf(shape.slice(0, axis))
  const adapted = new Float32Array(outer * channels * inner)
  const at = (row: number, colour: number, column: number) =>
    values[(row * colours + colour) * inner + column] as number
  for (let row = 0; row < outer; row++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let column = 0; column < inner; column++) {
        let value = 0
        if (channels === 1) for (let k = 0; k < colours; k++) value += at(row, k, column)
        else value = at(row, channel % colours, column) * (colours / channels)
        adapted[(row * channels + channel) * inner + column] = value
      }
    }
  }
  return adapted
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
