import type { Encoder, EncoderOptions } from './formats.js'

/** One flat JSON object a line. Every value is a text or null: identifiers may exceed what a JSON number keeps exact. */
export function openNdjson({ columns }: EncoderOptions): Promise<Encoder> {
  const keys = columns.map(({ name, index }, position) => ({
    before: `${position === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    index,
  }))
  return Promise.resolve({
    block(rows) {
      let lines = ''
      for (const row of rows) {
        for (const { before, index } of keys) lines += before + JSON.stringify(row[index])
        lines += '}\n'
      }
      return Buffer.from(lines)
    },
    end: () => new Uint8Array(),
    state: () => null,
  })
}
