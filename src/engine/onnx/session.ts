import type { Variable } from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '../../core/errors.js'
import type { CompiledStep, Engine, EngineFacts, Feed, StepFunction, StepSpec } from '../compile.js'
import { emitAssignments } from './assignments.js'
import { canOverwrite } from './in-place.js'
import { rowMajor } from './layout.js'
import { lower, packName } from './lower.js'
import type { GraphFeed } from './lowering.js'
import type { ValueProto } from './protobuf.js'
import type { Trace } from './recorder.js'
import { createStateStore, wrap, type Pack, type StateStore } from './state.js'
import { packLimits, reasonOf, type Device } from './providers.js'
import { trace } from './trace.js'
import { addUncopied, runUncopied } from './uncopied.js'
import { findUpdateGroups } from './updates.js'
import { sizeOf } from './values.js'

/**
 * Opens the engine that runs traced steps in ONNX Runtime, on the device and threads of its facts; `busy` as for
 * openEngine.
 */
export function openOnnxEngine(facts: EngineFacts, busy: boolean): Engine {
  const store = createStateStore()
  return {
    facts,
    async compile(fn: StepFunction, spec: StepSpec) {
      const { bytes, bindings } = encode(trace(fn, spec), spec, store, facts)
      return createStep(await openSession(bytes, facts, busy), spec, bindings, facts)
    },
    dispose: () => Promise.resolve(),
  }
}

interface Bindings {
  readonly feeds: readonly GraphFeed[]
  readonly packs: readonly Pack[]
  readonly read: readonly (readonly [string, Pack])[]
  readonly written: readonly (readonly [string, Pack])[]
  /** Written packs that need no second buffer. */
  readonly overwritten: ReadonlySet<Pack>
  readonly outputs: readonly ValueProto[]
}

function createStep(
  session: InferenceSession,
  spec: StepSpec,
  bindings: Bindings,
  facts: EngineFacts,
): CompiledStep {
  const eachVariable = (visit: (variable: Variable, pack: Pack) => void) => {
    const own = new Set(spec.state)
    for (const pack of bindings.packs) {
      for (const variable of pack.members) if (own.has(variable)) visit(variable, pack)
    }
  }
  const feed = createFeeder(spec, bindings)
  const predicts = bindings.written.length === 0
  const names = bindings.outputs.map(({ name }) => outputName(name))
  return {
    async run(feeds) {
      const given = feed(feeds)
      if (predicts) {
        const fetched = await session
          .run(given, names)
          .catch((error: unknown) => refuse(error, facts))
        return Object.fromEntries(
          bindings.outputs.map(({ name }, index) => [
            name,
            fetched[names[index] as string]?.data as Feed,
          ]),
        )
      }
      const results = bindings.outputs.map((output) => [output.name, emptyLike(output)] as const)
      const wanted: Record<string, Tensor> = Object.fromEntries(
        results.map(([name, tensor]) => [outputName(name), tensor]),
      )
      for (const [name, pack] of bindings.written) {
        wanted[name] = bindings.overwritten.has(pack) ? pack.current : pack.spare
      }
      await runUncopied(session, given, wanted).catch((error: unknown) => refuse(error, facts))
      for (const [, pack] of bindings.written) if (!bindings.overwritten.has(pack)) pack.swap()
      return Object.fromEntries(results.map(([name, tensor]) => [name, tensor.data as Feed]))
    },
    read() {
      eachVariable((variable, pack) => pack.store(variable))
      return Promise.resolve()
    },
    write() {
      eachVariable((variable, pack) => pack.load(variable))
      return Promise.resolve()
    },
    dispose: () => session.release(),
  }
}

/** Fills one object of graph inputs again and again; a feed that is the same array as before keeps its tensor. */
function createFeeder(spec: StepSpec, { read, feeds }: Bindings) {
  const given: Record<string, Tensor> = {}
  const latest = new Map<string, Feed>()
  return (values: Readonly<Record<string, Feed>>): Record<string, Tensor> => {
    for (const [name, pack] of read) given[name] = pack.current
    for (const { name, input, dims } of feeds) {
      const own = checked(spec, input, values[input])
      if (latest.get(name) === own) continue
      given[name] = wrap(own, dims)
      latest.set(name, own)
    }
    return given
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

function encode(traced: Trace, spec: StepSpec, store: StateStore, facts: EngineFacts) {
  const groups = findUpdateGroups(traced, packLimits[facts.device as Device])
  const packs = store.packs(
    spec.state,
    groups.map(({ variables }) => variables),
  )
  const lowering = lower(traced, packs)
  const { graph } = lowering
  const outputs: ValueProto[] = traced.outputs.map(({ name, value }) => {
    graph.name(lowering.inOrder(value, rowMajor(value.shape.length)), outputName(name))
    return { name, type: value.dtype, dims: value.shape }
  })
  const fetched = outputs.map((output) => ({ ...output, name: outputName(output.name) }))
  const next = [...emitAssignments(traced, lowering, packs, groups)].map(([pack, name]) => {
    const output = `next ${packName(packs, pack)}`
    graph.name(name, output)
    return [output, pack] as const
  })
  const named = packs.map((pack) => [packName(packs, pack), pack] as const)
  const { bytes, inputs, nodes } = graph.encode(
    [...lowering.feeds(), ...named.map(stateProto)],
    [...(next.length > 0 ? [addUncopied(graph)] : []), ...fetched, ...next.map(stateProto)],
  )
  const bindings: Bindings = {
    feeds: lowering.feeds().filter(({ name }) => inputs.has(name)),
    packs,
    read: named.filter(([name]) => inputs.has(name)),
    written: next,
    overwritten: new Set(
      next.flatMap(([output, pack]) =>
        canOverwrite(nodes, packName(packs, pack), output) ? [pack] : [],
      ),
    ),
    outputs,
  }
  return { bytes, bindings }
}

function stateProto([name, { dtype, dims }]: readonly [string, Pack]): ValueProto {
  return { name, type: dtype, dims }
}

function emptyLike({ type, dims }: ValueProto): Tensor {
  const shape = dims as readonly number[]
  const size = sizeOf(shape)
  if (type === 'bool') return new Tensor('bool', new Uint8Array(size), shape)
  return wrap(type === 'float32' ? new Float32Array(size) : new Int32Array(size), shape)
}

function outputName(name: string): string {
  return `output ${name}`
}

async function openSession(
  bytes: Uint8Array,
  facts: EngineFacts,
  busy: boolean,
): Promise<InferenceSession> {
  const created = InferenceSession.create(bytes, {
    executionProviders: [facts.device],
    intraOpNumThreads: facts.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    // The pattern's one block would come on top of what the first run allocated: twice the memory for the same speed.
    enableMemPattern: false,
    logSeverityLevel: 4,
    // The averages of an optimizer decay into denormal numbers, on which processors are many times slower.
    extra: {
      session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: busy ? '0' : '1' } },
    },
  })
  return created.catch((error: unknown) => refuse(error, facts))
}

/** On the processor every graph of ours runs; other providers have gaps, which they tell late. */
function refuse(error: unknown, { device }: EngineFacts): never {
  if (device === 'cpu') throw error
  throw new AppError(
    'engine_unsupported',
    `ONNX Runtime cannot compute this on the device ${device}: ${reasonOf(error)}`,
    { hint: 'Use engine.device=cpu.', cause: error },
  )
}
