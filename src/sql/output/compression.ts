import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { SqlExportConfig } from '../../spec/types.gen.js'

/** A compression of whole pieces: what is compressed piece by piece reads as one, as both formats allow. */
interface Compression {
  readonly extension: string
  /** What the bytes depend on besides the data; null: on nothing. */
  readonly maker: string | null
  load(): Promise<(bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array>
}

export type CompressionName = Exclude<SqlExportConfig['compression'], 'auto'>

export const compressions: Readonly<Record<CompressionName, Compression>> = {
  none: { extension: '', maker: null, load: () => Promise.resolve((bytes) => bytes) },
  gzip: {
    extension: '.gz',
    maker: `zlib ${process.versions.zlib}`,
    load: () => {
      const compress = promisify(gzip)
      return Promise.resolve((bytes: Uint8Array) => compress(bytes))
    },
  },
  zstd: {
    extension: '.zst',
    maker: null,
    async load() {
      const { Zstd } = await import('@hpcc-js/wasm-zstd')
      const zstd = await Zstd.load()
      return (bytes: Uint8Array) => zstd.compress(bytes)
    },
  },
}
