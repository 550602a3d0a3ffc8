import { setBackend } from '@tensorflow/tfjs-core'
import { env, InferenceSession } from 'onnxruntime-node'
import type { Engine } from './compile.js'
import type { EngineChoice } from './engines.js'
import { smallestGraph, unavailableDevice } from './onnx/providers.js'
import { openOnnxEngine } from './onnx/session.js'
import { silenceBanner } from './quiet.js'

/**
 * Opens ONNX Runtime; what is computed outside compiled steps runs on tfjs' cpu backend. A device whose provider does not
 * start is `engine_unavailable`, before any work.
 */
export async function openOnnx({ device, threads }: EngineChoice, busy = false): Promise<Engine> {
  silenceBanner()
  env.logLevel = 'fatal'
  if (device !== 'cpu') await requireProvider(device)
  await setBackend('cpu')
  const version = env.versions.node ?? env.versions.common
  return openOnnxEngine({ name: 'onnxruntime', version, device, threads }, busy)
}

async function requireProvider(device: EngineChoice['device']): Promise<void> {
  try {
    const session = await InferenceSession.create(smallestGraph(), {
      executionProviders: [device],
      logSeverityLevel: 4,
      // What the first session says of denormal numbers holds for the whole process.
      extra: { session: { set_denormal_as_zero: '1' } },
    })
    await session.release()
  } catch (error) {
    throw unavailableDevice(device, error)
  }
}
