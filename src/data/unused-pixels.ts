import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const days = 30

/** Remembers that a file of pixels is used now. A cache that cannot be written to is read all the same. */
export async function noteUse(pixels: string): Promise<void> {
  await writeFile(marker(pixels), '.').catch(() => undefined)
}

/** Removes the files beside one that was just made which have not been used for 30 days before it. */
export async function removeUnused(made: string): Promise<void> {
  const directory = dirname(made)
  const now = await changed(made)
  const names = await readdir(directory).catch(() => [])
  for (const name of names.filter((file) => /\.u8(?:\.\d+\.part)?$/.test(file))) {
    const path = join(directory, name)
    const used = Math.max(await changed(path), await changed(marker(path)))
    if (now - used < days * 86_400_000) continue
    for (const file of [manifestOf(path), path, marker(path)]) {
      await rm(file, { force: true }).catch(() => undefined)
    }
  }
}

/** A file whose time of change is that of the last use: reading leaves no trace where times of access are not kept. */
function marker(pixels: string): string {
  return pixels.replace(/\.u8$/, '.used')
}

function manifestOf(pixels: string): string {
  return pixels.replace(/\.u8$/, '.json')
}

async function changed(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
