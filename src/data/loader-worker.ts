import { parentPort, workerData } from 'node:worker_threads'
import { createFiller, type Filler } from './batches.js'
import type { LoadAnswer, LoadTask, Slot, WorkerStart } from './loader.js'
import { packError } from './packed-error.js'

const { source, slots } = workerData as WorkerStart
let filler: Filler | undefined

parentPort?.on('message', ({ slot, epoch, step, indices }: LoadTask) => {
  const answer = (failure: LoadAnswer['failure']): LoadAnswer => ({ slot, failure })
  try {
    filler ??= createFiller(source)
    for (const [place, buffers] of (slots[slot] as Slot).entries()) {
      const start = place * source.batchSize
      const own = indices.subarray(start, start + source.batchSize)
      if (own.length > 0) filler.fill({ indices: own, epoch, step: step + place }, buffers)
    }
    parentPort?.postMessage(answer(null))
  } catch (error) {
    parentPort?.postMessage(answer(packError(error)))
  }
})
