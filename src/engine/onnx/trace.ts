import * as tf from '@tensorflow/tfjs-core'
import { AppError } from '../../core/errors.js'
import type { StepFunction, StepSpec } from '../compile.js'
import { watchLayers } from './layers.js'
import { kernels } from './kernels.js'
import { createRecorder, type Recorder, type Trace } from './recorder.js'
import { TraceBackend } from './trace-backend.js'
import type { Value } from './values.js'

/** The name under which tfjs knows the backend; empty before the first trace. */
let backendName = ''

const backend = new TraceBackend()
let recorder: Recorder | undefined

/** Runs the function once on symbolic tensors; leaves backend, variables and tensor count as they were. */
export function trace(fn: StepFunction, spec: StepSpec): Trace {
  if (recorder) throw new Error('A step function cannot be compiled inside another one')
  registerOnce()
  const previous = tf.engine().backendName
  const layers = watchLayers()
  recorder = createRecorder(backend, spec, () => layers.current())
  backend.start(recorder)
  const originals = spec.state.map(holdData)
  void tf.setBackend(backendName)
  try {
    return record(fn, recorder)
  } finally {
    originals.forEach(({ giveBack }) => giveBack())
    void tf.setBackend(previous)
    layers.stop()
    recorder = undefined
    backend.stop()
  }
}

function record(fn: StepFunction, { inputs, state, finish }: Recorder): Trace {
  const engine = tf.engine()
  engine.startScope('step')
  try {
    state.forEach(({ variable, value }) => variable.assign(symbol(value)))
    const tensors = inputs.map(({ name, value }) => [name, symbol(value)] as const)
    return finish(fn(Object.fromEntries(tensors)))
  } finally {
    engine.endScope()
  }
}

/** A tensor that stands for a value of the trace. */
function symbol(value: Value): tf.Tensor {
  const { dtype } = value
  const info = { dataId: backend.stand(value), shape: [...value.shape], dtype }
  return tf.engine().makeTensorFromTensorInfo(info, backend)
}

/** Keeps a variable's data alive on its own backend while the trace assigns to the variable. */
function holdData(variable: tf.Variable): { readonly giveBack: () => void } {
  const engine = tf.engine()
  const { dataId, shape, dtype } = variable
  const owner = engine.state.tensorInfo.get(dataId)?.backend
  const [name] = Object.entries(engine.registry).find(([, known]) => known === owner) ?? []
  if (!owner || name === undefined) throw new Error(`Variable ${variable.name} is disposed`)
  owner.incRef(dataId)
  const held = engine.makeTensorFromTensorInfo({ dataId, shape, dtype }, owner)
  return {
    giveBack() {
      void tf.setBackend(name)
      if (variable.dataId !== dataId) variable.assign(held)
      held.dispose()
    },
  }
}

/** A loader may hold this module twice, over one tfjs: each copy has a backend of its own. */
function registerOnce(): void {
  if (backendName !== '') return
  backendName = 'atelier-trace'
  while (backendName in tf.engine().registryFactory) backendName += ' again'
  tf.registerBackend(backendName, () => backend, 0)
  const known = tf.getKernelsForBackend('cpu').map((kernel) => kernel.kernelName)
  for (const kernelName of new Set([...known, ...Object.keys(kernels)])) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => running().call(kernelName, inputs, { ...attrs }),
    })
  }
}

function running(): Recorder {
  if (!recorder) throw new AppError('bug', 'A traced tensor was used after its trace')
  return recorder
}
