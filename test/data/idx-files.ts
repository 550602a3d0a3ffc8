import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { DataContext } from '../../src/data/data-set.js'

/** The bytes of an IDX file of unsigned bytes. */
export function idxBytes(dimensions: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header.writeUInt32BE(0x0800 | dimensions.length, 0)
  for (const [axis, length] of dimensions.entries()) header.writeUInt32BE(length, 4 + 4 * axis)
  return Buffer.concat([header, data])
}

/** Four small files with the names and shapes of Fashion-MNIST. */
export function fashionFiles(trainCount: number, testCount: number): Record<string, Buffer> {
  const images = (count: number) =>
    idxBytes(
      [count, 28, 28],
      Uint8Array.from({ length: count * 784 }, (_, i) => (i * 7 + (i >> 8)) & 255),
    )
  const labels = (count: number) =>
    idxBytes(
      [count],
      Uint8Array.from({ length: count }, (_, i) => i % 10),
    )
  return {
    'train-images-idx3-ubyte': images(trainCount),
    'train-labels-idx1-ubyte': labels(trainCount),
    't10k-images-idx3-ubyte': images(testCount),
    't10k-labels-idx1-ubyte': labels(testCount),
  }
}

/** Writes files into a directory, packed with gzip (and so named) or raw. */
export function writeFiles(
  directory: string,
  files: Readonly<Record<string, Buffer>>,
  packing: 'gzip' | 'raw',
): void {
  for (const [name, bytes] of Object.entries(files)) {
    if (packing === 'raw') writeFileSync(join(directory, name), bytes)
    else writeFileSync(join(directory, `${name}.gz`), gzipSync(bytes))
  }
}

/** A directory for one test, and how to remove it. */
export function scratch(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'atelier-data-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A context that keeps what is said and shown. */
export function listeningContext(
  options: Partial<DataContext> = {},
): DataContext & { messages: string[]; warnings: string[]; labels: string[] } {
  const messages: string[] = []
  const warnings: string[] = []
  const labels: string[] = []
  return {
    env: {},
    cacheDirectory: '/nonexistent/cache',
    progress: { start: (label) => void labels.push(label), update() {}, stop() {} },
    log: {
      info: (text) => void messages.push(text),
      warn: (text) => void warnings.push(text),
      warnings,
    },
    messages,
    warnings,
    labels,
    ...options,
  }
}
