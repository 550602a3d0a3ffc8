import * as tf from '@tensorflow/tfjs-core'
import type { CompiledStep, Engine, EngineFacts, Feed, StepFunction, StepSpec } from './compile.js'

/** An engine that runs steps kernel by kernel on a tfjs backend; its state is the variables themselves. */
export function openEagerEngine(backend: string, facts: EngineFacts): Engine {
  return {
    facts,
    compile: (fn, spec) => Promise.resolve(createStep(backend, fn, spec)),
    dispose: () => Promise.resolve(),
  }
}

function createStep(backend: string, fn: StepFunction, spec: StepSpec): CompiledStep {
  return {
    async run(feeds) {
      await tf.setBackend(backend)
      const outputs = tf.tidy(() => fn(tensorsOf(spec, feeds)))
      const read = Object.entries(outputs).map(([name, tensor]) => [name, copyOf(tensor)] as const)
      tf.dispose(outputs)
      return Object.fromEntries(read)
    },
    read: () => Promise.resolve(),
    write: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  }
}

function tensorsOf({ inputs }: StepSpec, feeds: Readonly<Record<string, Feed>>) {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => {
      const values = feeds[name]
      if (!values) throw new Error(`Step input ${name} was not fed`)
      return [name, tf.tensor(values.slice(), [...shape], dtype)]
    }),
  )
}

/** The values, in arrays that outlive the tensor. */
function copyOf(tensor: tf.Tensor): Feed {
  const values = tensor.dataSync<'float32' | 'int32'>()
  return tensor.dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values)
}
