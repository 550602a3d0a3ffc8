import { parentPort, workerData } from 'node:worker_threads'
import { createFiller, type BatchBuffers } from './batches.js'
import type { LoadAnswer, LoadTask, WorkerStart } from './loader.js'

const { source, slots } = workerData as WorkerStart
const filler = createFiller(source)

parentPort?.on('message', ({ slot, epoch, indices }: LoadTask) => {
  const answer = (error?: unknown): LoadAnswer => ({ slot, error })
  try {
    filler.fill(indices, epoch, slots[slot] as BatchBuffers)
    parentPort?.postMessage(answer())
  } catch (error) {
    parentPort?.postMessage(answer(error))
  }
})
