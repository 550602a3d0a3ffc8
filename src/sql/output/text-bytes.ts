const roomBytes = 1024 * 1024

/**
 * Gathers pieces of text as UTF-8. Each is written at once: a text of thousands of pieces would have to be put together
 * first, which takes longer.
 */
export function textBytes(): { add(text: string): void; take(): Uint8Array } {
  const room = Buffer.allocUnsafeSlow(roomBytes)
  let full: Uint8Array[] = []
  let end = 0

  function empty(): void {
    full.push(Buffer.from(room.subarray(0, end)))
    end = 0
  }

  return {
    add(text) {
      // A character takes at most three bytes.
      if (end + 3 * text.length > roomBytes) empty()
      if (3 * text.length > roomBytes) full.push(Buffer.from(text))
      else end += room.write(text, end)
    },
    take() {
      empty()
      const pieces = full
      full = []
      return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
    },
  }
}
