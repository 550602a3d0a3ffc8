import { AppError } from '../../core/errors.js'
import type { EngineChoice } from '../engines.js'
import { createGraph } from './graph.js'

export type Device = EngineChoice['device']

/** How many variables may share a buffer: WebGPU binds few buffers at once, and each part is one. */
export const packLimits: Readonly<Record<Device, number>> = {
  cpu: Infinity,
  cuda: Infinity,
  webgpu: 6,
}

/** What makes a device of ONNX Runtime usable. */
export const deviceRemedies: Readonly<Record<Device, string>> = {
  cpu: 'Install again with `npm ci`.',
  cuda:
    'Fetch the CUDA provider with `npm run install-cuda` (Linux x64, about 0.3 GB) and install ' +
    'CUDA 12 and cuDNN 9, or use engine.device=cpu.',
  webgpu: 'Install a driver for Vulkan (Linux), Metal or Direct3D 12, or use engine.device=cpu.',
}

/** A graph that every provider can run: y = x x, of 2x2 matrices. */
export function smallestGraph(): Uint8Array {
  const graph = createGraph()
  graph.name(graph.add('MatMul', ['x', 'x']), 'y')
  const value = (name: string) => ({ name, type: 'float32', dims: [2, 2] }) as const
  return graph.encode([value('x')], [value('y')]).bytes
}

/** `engine_unavailable` with what is missing; `reason` is the provider's own message. */
export function unavailableDevice(device: Device, reason: unknown): AppError {
  return new AppError(
    'engine_unavailable',
    `ONNX Runtime cannot use the device ${device} here: ${reasonOf(reason)}`,
    { hint: deviceRemedies[device], cause: reason },
  )
}

/** The telling part of an error of ONNX Runtime, which begins with places in its source. */
export function reasonOf(error: unknown): string {
  const [text = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  return text
    .replace(/^.*(?:was false\. |Status Message: (?=[^/]))/, '')
    .replace(/^(?:OrtSessionOptions\w+|\/\S+): /, '')
}
