import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly path: string
  readonly content: Uint8Array
  /** Bits of the general purpose flag: 1 says encrypted. */
  readonly flags?: number
  /** The unpacked size that is written down, if another than the true one. */
  readonly claimed?: number
  readonly crc?: number
}

/** The bytes of a zip archive with these entries, deflated. */
export function zipBytes(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, content, flags = 0, claimed = content.length, crc } of entries) {
    const name = Buffer.from(path)
    const packed = deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags | 0x800, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc ?? crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claimed, 18)
    common.writeUInt16LE(name.length, 22)
    bodies.push(Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]))
    const end = Buffer.alloc(14)
    end.writeUInt32LE(offset, 10)
    const version = Buffer.from([20, 0])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), version, common, end, name]))
    offset += bodies.at(-1)!.length
  }
  const listing = Buffer.concat(directory)
  const tail = Buffer.alloc(22)
  tail.write('PK\x05\x06', 'latin1')
  tail.writeUInt16LE(entries.length, 8)
  tail.writeUInt16LE(entries.length, 10)
  tail.writeUInt32LE(listing.length, 12)
  tail.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, listing, tail])
}
