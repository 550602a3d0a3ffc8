import { createHash } from 'node:crypto'
import { compressions, type CompressionName } from './compression.js'
import type { Encoder } from './formats.js'
import type { Sink } from './sink.js'

/** Writes bytes to standard output when there is room; false once nobody reads them. */
export type WriteOut = (bytes: Uint8Array) => Promise<boolean>

/** Standard output, which ends early without a fuss where its reader does. */
export async function openStdoutSink(
  write: WriteOut,
  compression: CompressionName,
  encoder: Encoder,
): Promise<Sink> {
  const compress = await compressions[compression].load()
  const hash = createHash('sha256')
  let bytes = 0

  async function put(piece: Uint8Array): Promise<boolean> {
    if (piece.length === 0) return true
    const packed = await compress(piece)
    hash.update(packed)
    bytes += packed.length
    return write(packed)
  }

  return {
    start: null,
    async write({ rows, endsProduct }) {
      // Signals are seen between blocks only if the event loop turns.
      await new Promise(setImmediate)
      return put(encoder.block(rows, endsProduct))
    },
    async finish() {
      await put(encoder.end())
      return { bytes, sha256: hash.digest('hex'), records: null }
    },
    leave: () => Promise.resolve(null),
  }
}
