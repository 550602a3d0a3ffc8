import '@tensorflow/tfjs-backend-cpu'
import { env } from '@tensorflow/tfjs-core'

// Importing this module before the first tensor registers tfjs' cpu backend and keeps its start-up banner away.
env().set('PROD', true)
