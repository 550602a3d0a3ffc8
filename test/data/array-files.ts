/** The bytes of a NumPy file of format 1. */
export function npyBytes(descr: string, shape: readonly number[], values: Uint8Array): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10
  const header = Buffer.alloc(10)
  header.write('\x93NUMPY\x01\x00', 'latin1')
  header.writeUInt16LE(length, 8)
  return Buffer.concat([header, Buffer.from(`${text.padEnd(length - 1)}\n`), values])
}

/** The bytes of numbers of any typed array. */
export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** The bytes of a safetensors file with tensors one after the other. */
export function safetensorsBytes(
  tensors: Readonly<Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>>,
): Buffer {
  let end = 0
  const header = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const begin = end
    end += bytes.length
    return [name, { dtype, shape, data_offsets: [begin, end] }]
  })
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)))
  const prefix = Buffer.alloc(8)
  prefix.writeUInt32LE(text.length, 0)
  return Buffer.concat([prefix, text, ...Object.values(tensors).map(({ bytes }) => bytes)])
}
