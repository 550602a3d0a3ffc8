import { setBackend } from '@tensorflow/tfjs-core'
import { env } from 'onnxruntime-node'
import type { Engine } from './compile.js'
import type { EngineChoice } from './engines.js'
import { openOnnxEngine } from './onnx/session.js'
import { silenceBanner } from './quiet.js'

/** Opens ONNX Runtime; what is computed outside compiled steps runs on tfjs' cpu backend. */
export async function openOnnx({ device, threads }: EngineChoice): Promise<Engine> {
  silenceBanner()
  env.logLevel = 'fatal'
  await setBackend('cpu')
  const version = env.versions.node ?? env.versions.common
  return openOnnxEngine({ name: 'onnxruntime', version, device, threads })
}
