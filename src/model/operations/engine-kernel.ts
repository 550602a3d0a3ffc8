import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Runs a kernel, or several in one, that tfjs' operations do not ask for. */
type EngineKernel = (inputs: NamedTensorMap, attributes: NamedAttrMap) => Tensor[]

/** The kernel of that name, where the engine in use has one; the others compute the same from what tfjs offers. */
export function engineKernel(name: string): EngineKernel | undefined {
  const known = getKernel(name, getBackend()) as unknown
  if (known === undefined) return undefined
  return (inputs, attributes) => [engine().runKernel(name, inputs, attributes)].flat()
}
