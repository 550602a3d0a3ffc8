import { tensor, type Variable } from '@tensorflow/tfjs-core'
import { Tensor } from 'onnxruntime-node'
import type { Feed } from '../compile.js'
import { fromOrder, stateOrder, storedShape, toOrder } from './layout.js'

/**
 * Variables side by side in native memory, in two buffers that swap roles: a step reads one and writes the other. Large
 * variables have a pack of their own; small ones that are updated alike share one, as each graph input has its price.
 */
export interface Pack {
  readonly members: readonly Variable[]
  /** The shape in which the graph sees it: the variable's own stored shape, or flat if there are several. */
  readonly dims: readonly number[]
  readonly dtype: 'float32' | 'int32'
  readonly current: Tensor
  readonly spare: Tensor
  swap(): void
  /** Variables to buffer. */
  load(variable: Variable): void
  /** Buffer to variables. */
  store(variable: Variable): void
}

/** The state of one engine: each variable lies in one pack, whatever step asks for it. */
export interface StateStore {
  /** The packs of these variables; those not yet known are laid out in the groups given, or alone. */
  packs(variables: readonly Variable[], groups: readonly (readonly Variable[])[]): Pack[]
}

/** Starts an empty store. */
export function createStateStore(): StateStore {
  const packs = new WeakMap<Variable, Pack>()
  const add = (members: readonly Variable[]) => {
    const pack = createPack(members)
    for (const variable of members) {
      pack.load(variable)
      packs.set(variable, pack)
    }
  }
  return {
    packs(variables, groups) {
      for (const group of groups) {
        if (group.every((variable) => !packs.has(variable))) add(group)
      }
      for (const variable of variables) if (!packs.has(variable)) add([variable])
      return [...new Set(variables.flatMap((variable) => packs.get(variable) ?? []))]
    },
  }
}

function createPack(members: readonly Variable[]): Pack {
  const [first] = members
  if (!first) throw new Error('A pack without variables')
  const dtype = first.dtype === 'int32' ? 'int32' : 'float32'
  const size = members.reduce((sum, variable) => sum + variable.size, 0)
  const alone = members.length === 1
  const dims = alone ? storedShape(first.shape, stateOrder(first.shape.length)) : [size]
  const create = () => {
    const values = allocate(dtype, size)
    return { values, tensor: wrap(values, dims) }
  }
  let [current, spare] = [create(), create()]
  const partOf = (variable: Variable): Feed => {
    const before = members.slice(0, members.indexOf(variable))
    const start = before.reduce((sum, member) => sum + member.size, 0)
    return current.values.subarray(start, start + variable.size)
  }
  return {
    members,
    dims,
    dtype,
    get current() {
      return current.tensor
    },
    get spare() {
      return spare.tensor
    },
    swap() {
      ;[current, spare] = [spare, current]
    },
    load(variable) {
      const { shape } = variable
      const values = variable.dataSync<'float32'>()
      toOrder(values, shape, stateOrder(shape.length), partOf(variable) as Float32Array)
    },
    store(variable) {
      const { shape } = variable
      const values = allocate(dtype, variable.size)
      const part = partOf(variable) as Float32Array
      fromOrder(part, shape, stateOrder(shape.length), values as Float32Array)
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
