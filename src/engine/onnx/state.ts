import { tensor, type Variable } from '@tensorflow/tfjs-core'
import { Tensor } from 'onnxruntime-node'
import type { Feed } from '../compile.js'
import { fromOrder, stateOrder, storedShape, toOrder } from './layout.js'

/** A variable's numbers in native memory, in two buffers that swap roles: a step reads one and writes the other. */
export interface Slot {
  readonly current: Tensor
  readonly spare: Tensor
  swap(): void
  /** Variable to buffer. */
  load(): void
  /** Buffer to variable. */
  store(): void
}

/** The slots of one engine; a variable has one, whatever step asks for it. */
export function createSlots(): (variable: Variable) => Slot {
  const slots = new WeakMap<Variable, Slot>()
  return (variable) => {
    const known = slots.get(variable)
    if (known) return known
    const slot = createSlot(variable)
    slot.load()
    slots.set(variable, slot)
    return slot
  }
}

function createSlot(variable: Variable): Slot {
  const { shape, size } = variable
  const dtype = variable.dtype === 'int32' ? 'int32' : 'float32'
  const order = stateOrder(shape.length)
  const dims = storedShape(shape, order)
  const [first, second] = [0, 0].map(() => allocate(dtype, size))
  if (!first || !second) throw new Error('unreachable')
  let current = { values: first, tensor: wrap(first, dims) }
  let spare = { values: second, tensor: wrap(second, dims) }
  return {
    get current() {
      return current.tensor
    },
    get spare() {
      return spare.tensor
    },
    swap() {
      ;[current, spare] = [spare, current]
    },
    load() {
      toOrder(variable.dataSync<'float32'>(), shape, order, current.values as Float32Array)
    },
    store() {
      const values = allocate(dtype, size)
      fromOrder(current.values as Float32Array, shape, order, values as Float32Array)
      const fresh = tensor(values, shape, dtype)
      variable.assign(fresh)
      fresh.dispose()
    },
  }
}

function allocate(dtype: 'float32' | 'int32', size: number): Feed {
  return dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)
}

/** An ONNX tensor over the given values, without a copy. */
export function wrap(values: Feed, dims: readonly number[]): Tensor {
  return values instanceof Float32Array
    ? new Tensor('float32', values, dims)
    : new Tensor('int32', values, dims)
}
