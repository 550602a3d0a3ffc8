import { resolve } from 'node:path'
import { composeRoot } from '../../config/compose.js'
import { AppError } from '../../core/errors.js'
import { shownPath } from '../../core/files.js'
import { formatTable } from '../../core/terminal.js'
import type { Comparison } from '../../data/snapshot.js'
import type { Output } from '../base.js'
import type { Context } from '../context.js'
import { dataContext } from '../training.js'

/** Writes the manifest of a directory, or of the files of the data that words choose. */
export async function snapshot(
  {
    directory,
    out = 'manifest.json',
  }: { directory?: string | undefined; out?: string | undefined },
  words: readonly string[],
  context: Context,
): Promise<Output> {
  const { writeManifest } = await import('../../data/manifest.js')
  const { takeSnapshot } = await import('../../data/snapshot.js')
  const target = resolve(context.cwd, out)
  const paths = directory === undefined ? await dataPaths(words, context) : [directory]
  if (directory !== undefined && words.length > 0) {
    throw new AppError('usage', `Give a directory or words such as ${words[0]}, not both`)
  }
  const manifest = await takeSnapshot(
    paths.map((path) => resolve(context.cwd, path)),
    target,
    dataContext(context),
  )
  await writeManifest(target, manifest)
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  const { root, complete, files } = manifest
  return {
    result: { manifest: target, root, complete, count: files.length, bytes },
    text: `${files.length} files, ${bytes} bytes, below ${root}\nwritten  ${shownPath(target, context.cwd)}`,
  }
}

async function dataPaths(words: readonly string[], context: Context): Promise<string[]> {
  if (words.length === 0) {
    throw new AppError('usage', 'Which files? Give a directory, or the words of a data set.', {
      hint: 'For example: atelier data snapshot photos out=photos.manifest.json',
    })
  }
  const { localPaths } = await import('../../data/data-places.js')
  const { config } = composeRoot('train', words, context)
  const paths = await localPaths(config.data, dataContext(context))
  if (paths.length > 0) return paths
  throw new AppError('usage', `data=${config.data.name} has no files`)
}

/** Compares files with a manifest; differences are listed, and are a failure. */
export async function verify(
  manifest: string,
  directory: string | undefined,
  context: Context,
): Promise<Output> {
  const { compareWithManifest } = await import('../../data/snapshot.js')
  const path = resolve(context.cwd, manifest)
  const elsewhere = directory === undefined ? undefined : resolve(context.cwd, directory)
  const comparison = await compareWithManifest(path, elsewhere, dataContext(context))
  return {
    result: { manifest: path, ...comparison },
    text: render(comparison),
    failure: failureOf(comparison),
  }
}

function render({ root, same, missing, changed, added }: Comparison): string {
  const rows = [
    ...missing.map((path) => ['missing', path, '']),
    ...changed.map(({ expected, found }) => [
      'changed',
      expected.path,
      found.sha256 === null ? `${found.bytes} bytes, not ${expected.bytes}` : 'other content',
    ]),
    ...added.map((path) => ['added', path, '']),
  ]
  const summary = `${same} files below ${root} are as the manifest says`
  return rows.length === 0 ? summary : `${formatTable(['', 'file', ''], rows)}\n${summary}`
}

function failureOf({ missing, changed, added }: Comparison): AppError | undefined {
  const counts = Object.entries({
    missing: missing.length,
    changed: changed.length,
    added: added.length,
  })
  const found = counts.filter(([, count]) => count > 0)
  if (found.length === 0) return undefined
  const list = found.map(([what, count]) => `${count} ${what}`).join(', ')
  return new AppError('data_mismatch', `The files differ from the manifest: ${list}`, {
    hint: 'Bring the files back, or take a new snapshot if the changes are meant.',
  })
}
