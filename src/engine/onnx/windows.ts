import { backend_util } from '@tensorflow/tfjs-core'
import { AppError } from '../../core/errors.js'
import { rowMajor } from './layout.js'
import { attribute, type Call, type Shape } from './values.js'

/** A window that slides over one spatial axis. */
export interface Side {
  readonly input: number
  readonly output: number
  readonly window: number
  readonly stride: number
  readonly dilation: number
  readonly before: number
  readonly after: number
}

/** A window that slides over feature maps [B,H,W,C]. */
export interface Window {
  readonly batch: number
  readonly inputChannels: number
  readonly outputChannels: number
  readonly height: Side
  readonly width: Side
  readonly outputShape: Shape
}

type Four = [number, number, number, number]

/** The window of a convolution of `inputShape` with a filter [kh,kw,C,O], from the kernel's attributes. */
export function convolutionWindow(call: Call, inputShape: Shape, filterShape: Shape): Window {
  requireChannelsLast(call)
  return toWindow(
    backend_util.computeConv2DInfo(
      inputShape as Four,
      filterShape as Four,
      attribute(call, 'strides'),
      attribute<number | undefined>(call, 'dilations') ?? 1,
      attribute(call, 'pad'),
      attribute(call, 'dimRoundingMode'),
    ),
  )
}

/** The window of a pooling kernel over `inputShape`. */
export function poolingWindow(call: Call, inputShape: Shape): Window {
  return toWindow(
    backend_util.computePool2DInfo(
      inputShape as Four,
      attribute(call, 'filterSize'),
      attribute(call, 'strides'),
      1,
      attribute(call, 'pad'),
      attribute(call, 'dimRoundingMode'),
    ),
  )
}

/** ONNX's attributes of the window over batch-last maps [1,C,H,W,B]: the batch is a third axis, never combined. */
export function windowAttributes({ height, width }: Window): Record<string, number[]> {
  return {
    kernel_shape: [height.window, width.window, 1],
    strides: [height.stride, width.stride, 1],
    pads: [height.before, width.before, 0, height.after, width.after, 0],
    dilations: [height.dilation, width.dilation, 1],
  }
}

/** Whether the windows cover each input position exactly once. */
export function isTiling({ height, width }: Window): boolean {
  return [height, width].every(
    ({ input, output, window, stride, dilation, before, after }) =>
      dilation === 1 && stride === window && before + after === 0 && output * stride === input,
  )
}

/**
 * For each tap of the window and each output position, the flat input position it reads, `missing` in the padding:
 * [kh * kw * outputs].
 */
export function tapIndices({ height, width }: Window, missing: number): Int32Array {
  const indices: number[] = []
  for (const tapY of rowMajor(height.window)) {
    for (const tapX of rowMajor(width.window)) {
      for (const outY of rowMajor(height.output)) {
        const y = inputPosition(height, outY, tapY)
        for (const outX of rowMajor(width.output)) {
          const x = inputPosition(width, outX, tapX)
          indices.push(y < 0 || x < 0 ? missing : y * width.input + x)
        }
      }
    }
  }
  return Int32Array.from(indices)
}

/** Which input position an output position's tap reads, or -1 in the padding. */
export function inputPosition(side: Side, output: number, tap: number): number {
  const position = output * side.stride + tap * side.dilation - side.before
  return position >= 0 && position < side.input ? position : -1
}

function toWindow(info: backend_util.Conv2DInfo): Window {
  const { padInfo } = info
  return {
    batch: info.batchSize,
    inputChannels: info.inChannels,
    outputChannels: info.outChannels,
    outputShape: info.outShape,
    height: {
      input: info.inHeight,
      output: info.outHeight,
      window: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: padInfo.top,
      after: padInfo.bottom,
    },
    width: {
      input: info.inWidth,
      output: info.outWidth,
      window: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: padInfo.left,
      after: padInfo.right,
    },
  }
}

function requireChannelsLast(call: Call): void {
  const format = attribute<string | undefined>(call, 'dataFormat') ?? 'NHWC'
  if (format === 'NHWC') return
  throw new AppError(
    'engine_unsupported',
    `${call.kernel} in or after layer ${call.layer} wants ${format}; the engine computes channels last`,
  )
}
