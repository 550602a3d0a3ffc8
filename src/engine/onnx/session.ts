import type { Variable } from '@tensorflow/tfjs-core'
import { InferenceSession, type Tensor } from 'onnxruntime-node'
import { AppError } from '../../core/errors.js'
import type { CompiledStep, Engine, EngineFacts, Feed, StepFunction, StepSpec } from '../compile.js'
import { inputName, lower, stateName } from './lower.js'
import { rowMajor, stateOrder, storedShape } from './layout.js'
import type { Trace } from './recorder.js'
import { createSlots, wrap, type Slot } from './state.js'
import { trace } from './trace.js'

/** Opens the engine that runs traced steps in ONNX Runtime, on the device and threads of its facts. */
export function openOnnxEngine(facts: EngineFacts): Engine {
  const slotOf = createSlots()
  return {
    facts,
    async compile(fn: StepFunction, spec: StepSpec) {
      const traced = trace(fn, spec)
      const { bytes, state, inputs } = encode(traced)
      const session = await openSession(bytes, facts)
      return createStep(session, spec, {
        feeds: inputs,
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
  readonly feeds: readonly string[]
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
      for (const name of bindings.feeds) given[inputName(name)] = feed(spec, name, feeds[name])
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

function feed(spec: StepSpec, name: string, values: Feed | undefined): Tensor {
  const { shape = [], dtype = 'float32' } = spec.inputs[name] ?? {}
  const size = shape.reduce((product, length) => product * length, 1)
  const expected = dtype === 'int32' ? Int32Array : Float32Array
  if (!(values instanceof expected) || values.length !== size) {
    const given = values ? `${values.constructor.name} of ${values.length}` : 'nothing'
    throw new Error(`Step input ${name} wants ${expected.name} of ${size}, got ${given}`)
  }
  return wrap(values, shape)
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
      ...traced.inputs.map(({ name, value }) => proto(value, inputName(name))),
      ...traced.state.map(({ value }) =>
        proto(value, stateName(value), stateOrder(value.shape.length)),
      ),
    ],
    outputs.map(({ value, name, order }) => proto(value, name, order)),
  )
  return {
    bytes,
    inputs: traced.inputs.map(({ name }) => name).filter((name) => inputs.has(inputName(name))),
    state: traced.state
      .filter(({ value }) => inputs.has(stateName(value)))
      .map(({ variable }) => variable),
  }
}

function proto(value: Trace['inputs'][number]['value'], name: string, order?: readonly number[]) {
  const dims = order ? storedShape(value.shape, order) : value.shape
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
