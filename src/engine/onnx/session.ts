import type { Variable } from '@tensorflow/tfjs-core'
import { InferenceSession, type Tensor } from 'onnxruntime-node'
import { AppError } from '../../core/errors.js'
import type { CompiledStep, Engine, EngineFacts, Feed, StepFunction, StepSpec } from '../compile.js'
import { lower, stateName } from './lower.js'
import { rowMajor, stateOrder, storedShape, type Order } from './layout.js'
import type { GraphFeed } from './lowering.js'
import type { Trace } from './recorder.js'
import { createSlots, wrap, type Slot } from './state.js'
import { trace } from './trace.js'
import type { Value } from './values.js'

/** Opens the engine that runs traced steps in ONNX Runtime, on the device and threads of its facts. */
export function openOnnxEngine(facts: EngineFacts): Engine {
  const slotOf = createSlots()
  return {
    facts,
    async compile(fn: StepFunction, spec: StepSpec) {
      const traced = trace(fn, spec)
      const { bytes, state, feeds } = encode(traced)
      const session = await openSession(bytes, facts)
      return createStep(session, spec, {
        feeds,
        slots: spec.state.map(slotOf),
        read: state.map(
          (variable) => [stateNames(traced, variable).now, slotOf(variable)] as const,
        ),
        written: traced.assignments.map(
          ({ variable }) => [stateNames(traced, variable).next, slotOf(variable)] as const,
        ),
        outputs: traced.outputs.map(({ name }) => name),
      })
    },
    dispose: () => Promise.resolve(),
  }
}

interface Bindings {
  readonly feeds: readonly GraphFeed[]
  readonly slots: readonly Slot[]
  readonly read: readonly (readonly [string, Slot])[]
  readonly written: readonly (readonly [string, Slot])[]
  readonly outputs: readonly string[]
}

function createStep(session: InferenceSession, spec: StepSpec, bindings: Bindings): CompiledStep {
  return {
    async run(feeds) {
      const given: Record<string, Tensor> = {}
      for (const [name, slot] of bindings.read) given[name] = slot.current
      for (const { name, input, dims } of bindings.feeds) {
        given[name] = wrap(checked(spec, input, feeds[input]), dims)
      }
      const wanted: Record<string, Tensor | null> = {}
      for (const [name, slot] of bindings.written) wanted[name] = slot.spare
      for (const name of bindings.outputs) wanted[outputName(name)] = null
      const results = await session.run(given, wanted)
      for (const [, slot] of bindings.written) slot.swap()
      return Object.fromEntries(
        bindings.outputs.map((name) => [name, results[outputName(name)]?.data as Feed]),
      )
    },
    read() {
      for (const slot of bindings.slots) slot.store()
      return Promise.resolve()
    },
    write() {
      for (const slot of bindings.slots) slot.load()
      return Promise.resolve()
    },
    dispose: () => session.release(),
  }
}

function checked(spec: StepSpec, name: string, values: Feed | undefined): Feed {
  const { shape = [], dtype = 'float32' } = spec.inputs[name] ?? {}
  const size = shape.reduce((product, length) => product * length, 1)
  const expected = dtype === 'int32' ? Int32Array : Float32Array
  if (!(values instanceof expected) || values.length !== size) {
    const given = values ? `${values.constructor.name} of ${values.length}` : 'nothing'
    throw new Error(`Step input ${name} wants ${expected.name} of ${size}, got ${given}`)
  }
  return values
}

function encode(traced: Trace) {
  const lowering = lower(traced)
  const { graph } = lowering
  const outputs = [
    ...traced.outputs.map(({ name, value }) => ({
      value,
      name: outputName(name),
      order: rowMajor(value.shape.length),
    })),
    ...traced.assignments.map(({ variable, value }) => ({
      value,
      name: stateNames(traced, variable).next,
      order: stateOrder(value.shape.length),
    })),
  ]
  for (const { value, name, order } of outputs) graph.name(lowering.inOrder(value, order), name)
  const { bytes, inputs } = graph.encode(
    [
      ...lowering.feeds(),
      ...traced.state.map(({ value }) =>
        proto(value, stateName(value), stateOrder(value.shape.length)),
      ),
    ],
    outputs.map(({ value, name, order }) => proto(value, name, order)),
  )
  return {
    bytes,
    feeds: lowering.feeds().filter(({ name }) => inputs.has(name)),
    state: traced.state
      .filter(({ value }) => inputs.has(stateName(value)))
      .map(({ variable }) => variable),
  }
}

function proto(value: Value, name: string, order: Order) {
  const dims = storedShape(value.shape, order)
  return { name, type: value.dtype, dims }
}

function stateNames(traced: Trace, variable: Variable): { now: string; next: string } {
  const entry = traced.state.find((item) => item.variable === variable)
  if (!entry) throw new Error(`Variable ${variable.name} is not part of the step's state`)
  const now = stateName(entry.value)
  return { now, next: `next ${now}` }
}

function outputName(name: string): string {
  return `output ${name}`
}

const providers = { cpu: 'cpu', cuda: 'cuda', webgpu: 'webgpu' } as const

async function openSession(bytes: Uint8Array, facts: EngineFacts): Promise<InferenceSession> {
  const provider = providers[facts.device as keyof typeof providers]
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: [provider],
      intraOpNumThreads: facts.threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      logSeverityLevel: 3,
    })
  } catch (error) {
    if (provider === 'cpu') throw error
    throw new AppError(
      'engine_unavailable',
      `ONNX Runtime cannot use the device ${provider} here`,
      {
        hint: 'Choose engine.device=cpu, or install the provider.',
        cause: error,
      },
    )
  }
}
