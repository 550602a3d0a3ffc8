import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { ImageFolderConfig } from '../../src/spec/types.gen.js'

export type Colour = readonly [number, number, number]

/** A png of one colour. */
export function plainPng(colour: Colour, height = 8, width = 8): Promise<Buffer> {
  const [r, g, b] = colour
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer()
}

/** Writes files below a directory and makes the directories they need. */
export function writeTree(root: string, files: Readonly<Record<string, Uint8Array>>): void {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), bytes)
  }
}

/** Two classes of two pictures each, red and green. */
export async function twoClasses(): Promise<Record<string, Buffer>> {
  return {
    'green/a.png': await plainPng([0, 200, 0]),
    'green/b.png': await plainPng([0, 220, 0]),
    'red/a.png': await plainPng([200, 0, 0]),
    'red/b.png': await plainPng([220, 0, 0]),
  }
}

export function folderConfig(
  source: string,
  changes: Partial<ImageFolderConfig> = {},
): ImageFolderConfig {
  return {
    name: 'image_folder',
    source,
    sha256: null,
    on_corrupt: 'fail',
    group_pattern: null,
    resize: { size: null, method: 'bilinear', fit: 'stretch' },
    channels: 'rgb',
    batch_size: 4,
    last_batch: 'keep',
    num_workers: 0,
    ...changes,
  }
}
