import { setBackend, version_core as version } from '@tensorflow/tfjs-core'
// Registers the gradients of tfjs' kernels, which the core alone leaves out.
import '@tensorflow/tfjs-layers'
import type { Engine } from './compile.js'
import { openEagerEngine } from './eager.js'
import { silenceBanner } from './quiet.js'

/** Opens plain tfjs in JavaScript, one thread: slow, and the reference the other engines are tested against. */
export async function openCpu(): Promise<Engine> {
  silenceBanner()
  await setBackend('cpu')
  return openEagerEngine('cpu', { name: 'cpu', version, device: 'cpu', threads: 1 })
}
