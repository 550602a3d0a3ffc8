import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode, writeError } from '../core/errors.js'
import { makeDirectories } from '../core/files.js'
import type { Clock } from './records.js'

/** Makes `<parent>/<yyyymmdd-hhmmss, UTC>-<name>-<4 random>`, which nobody else has: two processes never share one. */
export async function makeStampedDirectory(
  parent: string,
  name: string,
  clock: Clock,
): Promise<string> {
  const stamp = new Date(clock()).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  await makeDirectories(parent).catch((error: unknown) => {
    throw writeError(error, parent)
  })
  for (;;) {
    const path = join(parent, `${stamp}-${name}-${randomBytes(2).toString('hex')}`)
    try {
      await mkdir(path)
      return path
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw writeError(error, path)
    }
  }
}
