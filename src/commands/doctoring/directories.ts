import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { inspectFashion } from '../../data/fashion-files.js'
import { systemCode } from '../../core/errors.js'
import { shownPath } from '../../core/files.js'
import type { Context } from '../context.js'
import { dataContext } from '../training.js'
import { absent, broken, ok, type Finding } from './finding.js'

/** Where runs and downloads go, and the files of Fashion-MNIST. */
export function examineDirectories(runRoot: string, context: Context): Finding[] {
  const { cacheDirectory, env } = dataContext(context)
  return [
    examineDirectory('runs', resolve(context.cwd, runRoot), 'run.root=DIR', context.cwd),
    examineDirectory('cache', cacheDirectory, 'the setting cache_directory', context.cwd),
    examineFashion({ cacheDirectory, env }),
  ]
}

function examineDirectory(name: string, path: string, remedy: string, cwd: string): Finding {
  const shown = shownPath(path, cwd)
  const reason = whyUnwritable(path)
  if (reason === undefined) {
    return ok('directories', name, existsSync(path) ? shown : `${shown} (made when it is needed)`)
  }
  return broken(
    'directories',
    name,
    `${shown} cannot be written: ${reason}`,
    `Choose another place with ${remedy}.`,
  )
}

/** Whether a directory, or the nearest one above that exists, refuses new entries; nothing is written to find out. */
function whyUnwritable(path: string): string | undefined {
  let place = path
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  try {
    accessSync(place, constants.W_OK | constants.X_OK)
    return statSync(place).isDirectory() ? undefined : `${place} is no directory`
  } catch (error) {
    return `${place} (${systemCode(error)})`
  }
}

function examineFashion(context: Parameters<typeof inspectFashion>[0]): Finding {
  const { place, missing } = inspectFashion(context)
  const where = `${place.directory} (${place.origin})`
  if (missing.length === 0) return ok('data', 'fashion_mnist', where)
  if (place.origin === 'cache') {
    const detail = `${missing.length} of 4 files are not in ${where}`
    const remedy = 'They are downloaded when data=fashion_mnist first needs them.'
    return absent('data', 'fashion_mnist', detail, remedy)
  }
  const remedy = 'Put the files there, or unset FASHION_DIR to have them downloaded.'
  return absent('data', 'fashion_mnist', `${where} lacks ${missing.join(', ')}`, remedy)
}
