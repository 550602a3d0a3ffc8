import * as tf from '@tensorflow/tfjs-core'
import { AppError } from '../../core/errors.js'
import type { StepSpec } from '../compile.js'
import { ruleOf } from './kernels.js'
import type { Tape, TraceBackend } from './trace-backend.js'
import {
  sameShape,
  type Call,
  type Meta,
  type Source,
  type TracedCall,
  type Value,
  type ValueType,
} from './values.js'

/** A step function as the list of kernels it called. */
export interface Trace {
  readonly state: readonly { readonly variable: tf.Variable; readonly value: Value }[]
  readonly inputs: readonly { readonly name: string; readonly value: Value }[]
  readonly outputs: readonly { readonly name: string; readonly value: Value }[]
  /** What each assigned variable holds after the step. */
  readonly assignments: readonly { readonly variable: tf.Variable; readonly value: Value }[]
  readonly calls: readonly TracedCall[]
}

export interface Recorder extends Tape {
  readonly state: Trace['state']
  readonly inputs: Trace['inputs']
  readonly call: (
    kernel: string,
    inputs: object,
    attributes: Record<string, unknown>,
  ) => tf.TensorInfo | tf.TensorInfo[]
  readonly finish: (outputs: Readonly<Record<string, tf.Tensor>>) => Trace
}

/** Collects the calls of one trace; `layer` tells which model layer runs. */
export function createRecorder(
  backend: TraceBackend,
  spec: StepSpec,
  layer: () => string,
): Recorder {
  const calls: TracedCall[] = []
  const captured = new Map<object, Value>()
  let values = 0

  const make = ({ shape, dtype }: Meta, source: Source): Value => ({
    id: values++,
    shape: [...shape],
    dtype,
    source,
  })
  const makeFill = (meta: Meta, value: number) => make(meta, { kind: 'fill', value })

  const state = spec.state.map((variable) => ({
    variable,
    value: make(metaOf(variable), { kind: 'state', variable }),
  }))
  const inputs = Object.entries(spec.inputs).map(([name, meta]) => ({
    name,
    value: make(meta, { kind: 'input', name }),
  }))

  const resolve = (tensor: tf.TensorInfo): Value => {
    const known = backend.symbolOf(tensor.dataId) ?? captured.get(tensor.dataId)
    if (known) return sameShape(known.shape, tensor.shape) ? known : reshaped(known, tensor)
    const value = capture(tensor, make)
    captured.set(tensor.dataId, value)
    return value
  }

  /** tfjs lets tensors of different shapes share one data id. */
  const reshaped = (value: Value, tensor: tf.TensorInfo): Value => {
    const attributes = { shape: tensor.shape }
    return one(record({ kernel: 'Reshape', inputs: { x: value }, attributes, layer: layer() }))
  }

  const record = (call: Call): readonly Value[] => {
    const rule = ruleOf(call.kernel, call.layer)
    const simpler = rule.simplify?.(call, makeFill)
    if (simpler) return [simpler]
    const outputs: Value[] = []
    const traced = { ...call, outputs }
    rule.outputs(call).forEach((meta, output) => {
      outputs.push(make(meta, { kind: 'call', call: traced, output }))
    })
    calls.push(traced)
    return outputs
  }

  return {
    state,
    inputs,
    call(kernel, tensors, attributes) {
      const given = Object.entries(tensors) as [string, tf.TensorInfo | undefined | null][]
      const present = given.flatMap(([name, tensor]) => (tensor ? [[name, resolve(tensor)]] : []))
      const inputValues = Object.fromEntries(present) as Record<string, Value>
      const outputs = record({ kernel, inputs: inputValues, attributes, layer: layer() })
      const infos = outputs.map((value) => ({
        dataId: backend.stand(value),
        shape: [...value.shape],
        dtype: value.dtype,
      }))
      const [single] = infos
      return single && ruleOf(kernel).list !== true ? single : infos
    },
    constant(data, shape, dtype) {
      const meta = { shape, dtype: valueType(dtype) }
      const first = data[0] ?? 0
      if (Array.from(data).every((item) => Object.is(item, first))) {
        return makeFill(meta, first)
      }
      throw new AppError(
        'engine_unsupported',
        `A tensor of changing values was made ${where(layer())}: a compiled step would freeze it`,
        { hint: 'Pass such values (masks, noise, rates) as inputs of the step.' },
      )
    },
    refuseReading() {
      throw new AppError(
        'engine_unsupported',
        `A tensor's values were read ${where(layer())}: a compiled step has none yet`,
        { hint: 'Return the tensor as an output of the step instead.' },
      )
    },
    finish(outputs) {
      const assigned = state.filter(({ variable, value }) => resolve(variable) !== value)
      refuseForeignAssignments(backend, spec)
      return {
        state,
        inputs,
        outputs: Object.entries(outputs).map(([name, tensor]) => ({
          name,
          value: resolve(tensor),
        })),
        assignments: assigned.map(({ variable }) => ({ variable, value: resolve(variable) })),
        calls,
      }
    },
  }
}

/** A tensor from before the trace is a constant, unless it is a variable that should have been declared. */
function capture(tensor: tf.TensorInfo, make: (meta: Meta, source: Source) => Value): Value {
  const { registeredVariables, tensorInfo } = tf.engine().state
  const variable = Object.values(registeredVariables).find((v) => v.dataId === tensor.dataId)
  if (variable)
    throw new Error(`Variable ${variable.name} is read but not part of the step's state`)
  const owner = tensorInfo.get(tensor.dataId)?.backend
  if (!owner) throw new Error('A disposed tensor is used in a step function')
  const data = owner.readSync(tensor.dataId) as Float32Array | Int32Array
  return make(metaOf(tensor), { kind: 'data', data: data.slice() })
}

function refuseForeignAssignments(backend: TraceBackend, spec: StepSpec): void {
  const declared = new Set(spec.state)
  for (const variable of Object.values(tf.engine().registeredVariables)) {
    if (!declared.has(variable) && backend.symbolOf(variable.dataId)) {
      throw new Error(`Variable ${variable.name} is assigned but not part of the step's state`)
    }
  }
}

function metaOf(tensor: tf.TensorInfo): Meta {
  return { shape: tensor.shape, dtype: valueType(tensor.dtype) }
}

function valueType(dtype: string): ValueType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new AppError('engine_unsupported', `The engine has no tensors of type ${dtype}`)
}

/** The operation and layer that run, for messages. */
function where(layer: string): string {
  const scopes = tf.engine().state.scopeStack.map((scope) => scope.name)
  const op = scopes.findLast((name) => name.endsWith('__op'))?.replace(/__op$/, '') ?? 'tensor'
  return `by ${op} ${layer === '' ? 'outside any layer' : `in or after layer ${layer}`}`
}

function one(values: readonly Value[]): Value {
  const [value] = values
  if (!value) throw new Error('Nothing was recorded')
  return value
}
