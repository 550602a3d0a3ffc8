import { parentPort, workerData } from 'node:worker_threads'
import { createFiller, type BatchBuffers, type Filler } from './batches.js'
import type { LoadAnswer, LoadTask, WorkerStart } from './loader.js'
import { packError } from './packed-error.js'

const { source, slots } = workerData as WorkerStart
let filler: Filler | undefined

parentPort?.on('message', ({ slot, ...task }: LoadTask) => {
  const answer = (failure: LoadAnswer['failure']): LoadAnswer => ({ slot, failure })
  try {
    filler ??= createFiller(source)
    filler.fill(task, slots[slot] as BatchBuffers)
    parentPort?.postMessage(answer(null))
  } catch (error) {
    parentPort?.postMessage(answer(packError(error)))
  }
})
