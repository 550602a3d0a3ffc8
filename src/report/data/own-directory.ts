import { readdir } from 'node:fs/promises'
import { relative } from 'node:path'
import { AppError, systemCode, writeError } from '../../core/errors.js'

/** What a directory of a description holds, and nothing else. */
const ownFiles =
  /^(?:index\.html|description\.json|split|(?:counts|pixels|duplicates)\.csv|(?:examples|histogram|(?:counts|pixels|averages)_(?:labels|classes))\.(?:svg|png|vl\.json))$/

/** Refuses a directory with anything in it but an earlier description, which would be replaced: `output_unwritable`. */
export async function checkDirectory(directory: string, cwd: string): Promise<void> {
  const inside = relative(directory, cwd)
  const entries = await entriesOf(directory)
  const foreign = entries.find((name) => !ownFiles.test(name))
  if (foreign === undefined && !isWithin(inside)) return
  const reason =
    foreign === undefined
      ? 'is the current directory or above it'
      : `holds other files (${foreign})`
  throw new AppError('output_unwritable', `${directory} ${reason}`, {
    hint: 'out= names a directory of its own, which a description replaces as a whole.',
  })
}

function isWithin(inside: string): boolean {
  return inside === '' || !inside.startsWith('..')
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw writeError(error, directory)
  }
}
