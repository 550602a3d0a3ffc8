import '@tensorflow/tfjs-backend-cpu'
import { env } from '@tensorflow/tfjs-core'

/** Keeps tfjs from advertising another package on its first tensor (to be called before it), on the cpu backend. */
export function silenceBanner(): void {
  env().set('PROD', true)
}
