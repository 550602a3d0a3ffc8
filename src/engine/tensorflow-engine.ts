import { setBackend } from '@tensorflow/tfjs-core'
import { AppError } from '../core/errors.js'
import type { Engine } from './compile.js'
import { openEagerEngine } from './eager.js'
import type { EngineChoice } from './engines.js'
import { silenceBanner } from './quiet.js'
import { loadTensorflow } from './tensorflow-library.js'

/** Opens the native TensorFlow of tfjs-node-gpu or tfjs-node, or says what is missing. */
export async function openTensorflow({ device, threads }: EngineChoice): Promise<Engine> {
  silenceBanner()
  const attempt = loadTensorflow()
  if (attempt.kind === 'absent') {
    throw new AppError(
      'engine_unavailable',
      `The tensorflow engine cannot start: ${attempt.reasons.join('; ')}`,
      {
        hint:
          'Fetch the native library with `npm run install-tensorflow` (Node 20 or 22, about 0.5 GB), ' +
          'or use engine=onnxruntime.',
      },
    )
  }
  const { version, seesGpu, name } = attempt.library
  if (device === 'cuda' && !seesGpu) {
    throw new AppError('engine_unavailable', `${name} sees no GPU`, {
      hint: 'Use engine.device=cpu, or check the CUDA installation.',
    })
  }
  await setBackend('tensorflow')
  return openEagerEngine('tensorflow', {
    name: 'tensorflow',
    version,
    device: seesGpu ? 'cuda' : 'cpu',
    threads,
  })
}
