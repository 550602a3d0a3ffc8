/** Bytes that arrive in pieces, to be taken in lengths that suit the reader. */
export interface ByteStream {
  /** The next bytes: exactly so many, or fewer where the stream ends. They begin where their buffer begins. */
  take(count: number): Promise<Uint8Array<ArrayBuffer>>
  /** Ends the source early; after the end it does nothing. */
  close(): Promise<void>
}

/** Reads pieces one after the other; never more than one is held. */
export function byteStream(pieces: AsyncIterable<Uint8Array>): ByteStream {
  const iterator = pieces[Symbol.asyncIterator]()
  let piece: Uint8Array = new Uint8Array(0)
  return {
    async take(count) {
      const out = new Uint8Array(count)
      let filled = 0
      while (filled < count) {
        if (piece.length === 0) {
          const next = await iterator.next()
          if (next.done === true) return out.slice(0, filled)
          piece = next.value
        }
        const taken = piece.subarray(0, count - filled)
        out.set(taken, filled)
        filled += taken.length
        piece = piece.subarray(taken.length)
      }
      return out
    },
    async close() {
      await iterator.return?.()
    },
  }
}
