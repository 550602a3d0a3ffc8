/** Texts of which most occur many times, for a JSON file: each different one once, and which of them each is. */
export interface PackedTexts {
  readonly different: readonly string[]
  /** Places among the different ones: 32-bit little-endian numbers in base64. */
  readonly places: string
}

export function packTexts(texts: readonly string[]): PackedTexts {
  const numbers = new Map<string, number>()
  const places = Buffer.alloc(4 * texts.length)
  for (const [index, text] of texts.entries()) {
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    places.writeUInt32LE(number, 4 * index)
  }
  return { different: [...numbers.keys()], places: places.toString('base64') }
}

export function unpackTexts({ different, places }: PackedTexts): string[] {
  const bytes = Buffer.from(places, 'base64')
  return Array.from(
    { length: bytes.length / 4 },
    (_, index) => different[bytes.readUInt32LE(4 * index)] as string,
  )
}
