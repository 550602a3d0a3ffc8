import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AppError } from '../core/errors.js'
import {
  batchBuffers,
  batchIn,
  createBatches,
  indicesOf,
  stepsOf,
  type Batch,
  type Batches,
  type BatchBuffers,
  type BatchSource,
  type BatchTask,
} from './batches.js'
import { unpackError, type PackedError } from './packed-error.js'

/** Hands out the batches of an epoch in order; workers, where there are some, make them ahead. */
export interface Loader {
  readonly steps: number
  /** The batches of one epoch from a step on. A batch is valid until the next one is asked for. */
  epoch(order: Int32Array, epoch: number, from: number): AsyncGenerator<Batch, void>
  close(): Promise<void>
}

/** A task for a worker: batch after batch of these images, from `step` on, into the slot. */
export interface LoadTask extends BatchTask {
  readonly slot: number
}

export interface LoadAnswer {
  readonly slot: number
  /** What went wrong, if something did. */
  readonly failure: PackedError | null
}

export interface WorkerStart {
  readonly source: BatchSource
  readonly slots: readonly Slot[]
}

/** Memory for the batches of one task. */
export type Slot = readonly BatchBuffers[]

const slotsPerWorker = 2

/** Every task wakes two threads, which costs as much as several images: small batches are made a few at a time. */
const largestTask = { batches: 8, bytes: 2 ** 21 }

/** Opens a loader; with workers or without, it hands out the same bits. */
export function openLoader(source: BatchSource, workers: number): Loader {
  return workers === 0 ? inOrder(createBatches(source)) : threaded(source, workers)
}

/** Makes each batch when it is asked for. */
export function inOrder(batches: Batches): Loader {
  return {
    steps: batches.steps,
    // eslint-disable-next-line @typescript-eslint/require-await -- the contract is asynchronous
    async *epoch(order, epoch, from) {
      for (let step = from; step < batches.steps; step++) yield batches.fill(order, step, epoch)
    },
    close() {
      batches.close()
      return Promise.resolve()
    },
  }
}

/**
 * Worker w fills the tasks w, w + n, w + 2n ... into its own slots in memory that it shares with this thread. onnxruntime
 * takes no shared memory, so each batch is copied once on its way out.
 */
function threaded(source: BatchSource, count: number): Loader {
  const steps = stepsOf(source)
  const out = batchBuffers(source, (bytes) => new ArrayBuffer(bytes))
  const size = batchesPerTask(out, steps, count)
  const slots = Array.from({ length: count * slotsPerWorker }, () =>
    Array.from({ length: size }, () =>
      batchBuffers(source, (bytes) => new SharedArrayBuffer(bytes)),
    ),
  )
  const workers = Array.from({ length: count }, () => startWorker({ source, slots }))
  return {
    steps,
    async *epoch(order, epoch, from) {
      const pending = new Map<number, Promise<void>>()
      const request = (task: number) => {
        const step = from + task * size
        if (step >= steps) return
        const worker = workers[task % count] as LoadingWorker
        const indices = indicesOf(source, order, step, Math.min(step + size, steps)).slice()
        pending.set(task, worker.fill({ slot: task % slots.length, epoch, step, indices }))
      }
      try {
        for (let task = 0; task < slots.length; task++) request(task)
        for (let step = from; step < steps; step++) {
          const task = Math.floor((step - from) / size)
          const place = (step - from) % size
          await pending.get(task)
          pending.delete(task)
          copy((slots[task % slots.length] as Slot)[place] as BatchBuffers, out)
          if (place === size - 1) request(task + slots.length)
          yield batchIn(out, indicesOf(source, order, step), source)
        }
      } finally {
        // Slots must be at rest before another epoch uses them.
        await Promise.allSettled(pending.values())
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
    },
  }
}

/** At least one, and so few that an epoch has several tasks for every worker. */
function batchesPerTask({ x }: BatchBuffers, steps: number, workers: number): number {
  const fitting = Math.floor(largestTask.bytes / x.byteLength)
  const shared = Math.floor(steps / (4 * slotsPerWorker * workers))
  return Math.max(1, Math.min(largestTask.batches, fitting, shared))
}

function copy(slot: BatchBuffers, out: BatchBuffers): void {
  out.x.set(slot.x)
  out.y.set(slot.y)
  out.targets.set(slot.targets)
}

/** Beside this file, and written like it: TypeScript where the sources run, JavaScript in a build. */
const workerFile = new URL(`./loader-worker${extname(import.meta.url)}`, import.meta.url)

interface LoadingWorker {
  fill(task: LoadTask): Promise<void>
  close(): Promise<unknown>
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

function startWorker(start: WorkerStart): LoadingWorker {
  const worker = new Worker(workerFile, { workerData: start })
  worker.unref()
  const waiting = new Map<number, Waiting>()
  let dead: Error | undefined
  const fail = (error: Error) => {
    dead ??= error
    for (const { reject } of waiting.values()) reject(dead)
    waiting.clear()
  }
  worker.on('message', ({ slot, failure }: LoadAnswer) => {
    const one = waiting.get(slot)
    waiting.delete(slot)
    if (waiting.size === 0) worker.unref()
    if (failure === null) one?.resolve()
    else one?.reject(unpackError(failure))
  })
  worker.on('error', (error) => fail(workerFailed(error.message, error)))
  worker.on('exit', (code) => fail(workerFailed(`it ended with code ${code}`)))
  return {
    fill(task) {
      if (dead !== undefined) return Promise.reject(dead)
      const answer = new Promise<void>((resolve, reject) => {
        waiting.set(task.slot, { resolve, reject })
      })
      // The batch may be awaited long after it failed.
      answer.catch(() => undefined)
      worker.ref()
      worker.postMessage(task)
      return answer
    },
    close: () => worker.terminate(),
  }
}

function workerFailed(reason: string, cause?: unknown): AppError {
  return new AppError('data_corrupt', `A thread that prepares batches failed: ${reason}`, {
    hint: 'data.num_workers=0 prepares them in the main thread, which shows what is wrong.',
    cause,
  })
}
