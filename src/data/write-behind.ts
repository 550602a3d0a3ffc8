import type { FileHandle } from 'node:fs/promises'

/** Writes to a file while the caller makes what comes next. */
export interface WriteBehind {
  /** Takes bytes over; waits only while the disk is too far behind. */
  write(bytes: Uint8Array): Promise<void>
  /** Ends when all of it is written and on disk. */
  finish(): Promise<void>
  /** Ends when nothing is being written any more, whether it failed or not. */
  settle(): Promise<void>
}

const batchBytes = 1 << 20

/** So often the disk is made to follow, so that the end need not wait for everything. */
const syncBytes = 1 << 23

/** Writes at the end of an open file, in large pieces out of two buffers: one is filled while the other is written. */
export function writeBehind(file: FileHandle): WriteBehind {
  let [filling, writing] = [Buffer.alloc(batchBytes), Buffer.alloc(batchBytes)]
  let [filled, unsynced] = [0, 0]
  let running: Promise<void> = Promise.resolve()
  const swap = async () => {
    await running
    const bytes = filling.subarray(0, filled)
    ;[filling, writing] = [writing, filling]
    filled = 0
    // Unlike write, writeFile goes on until everything is written.
    running = file.writeFile(bytes)
    unsynced += bytes.length
    if (unsynced >= syncBytes) {
      unsynced = 0
      running = running.then(() => file.datasync())
    }
    // Who waits for it next is told; until then nobody need listen.
    running.catch(() => undefined)
  }
  return {
    async write(bytes) {
      for (let done = 0; done < bytes.length;) {
        const some = bytes.subarray(done, done + batchBytes - filled)
        filling.set(some, filled)
        filled += some.length
        done += some.length
        if (filled === batchBytes) await swap()
      }
    },
    async finish() {
      await swap()
      await running
      await file.sync()
    },
    settle: () => running.catch(() => undefined),
  }
}
