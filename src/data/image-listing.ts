import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import { openArchive } from './archive.js'
import type { EncodedImage } from './decoded-cache.js'

export type PartName = 'train' | 'val' | 'test'

/** One image of a folder: its class is the directory it lies in. */
export interface ListedImage extends EncodedImage {
  readonly part: PartName
  readonly class: string
}

/** What a folder or archive holds. */
export interface Listing {
  /** Sorted by path. */
  readonly images: readonly ListedImage[]
  /** Sorted by code unit, as torchvision's ImageFolder numbers them. */
  readonly classes: readonly string[]
  readonly close: () => Promise<void>
}

interface Found extends EncodedImage {
  readonly path: string
}

const endings = /\.(?:png|jpe?g|webp|gif|tiff?)$/i

const partNames: Readonly<Record<string, PartName>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
  testing: 'test',
}

/** Lists the images below a directory, or in a zip archive, by class and, where there are such directories, by part. */
export async function listImages(source: string): Promise<Listing> {
  const isDirectory = await kindOf(source)
  const { found, empty, close } = isDirectory ? await inDirectory(source) : await inArchive(source)
  const images = classified(withoutWrapper(found), source)
  const classes = [...new Set(images.map((image) => image.class))].sort()
  const unused = empty.filter((name) => !classes.includes(name) && !(name in partNames))
  if (unused.length > 0) throw noImages(source, unused)
  if (classes.length < 2) throw tooFewClasses(source, classes)
  return { images, classes, close }
}

async function kindOf(source: string): Promise<boolean> {
  try {
    return (await stat(source)).isDirectory()
  } catch (error) {
    const code = systemCode(error)
    if (code === '') throw error
    const reason = code === 'ENOENT' ? 'it does not exist' : code
    throw new AppError('data_missing', `Cannot read ${source}: ${reason}`, {
      hint: 'data.source is a directory with one directory of images a class, a zip archive of it, or its URL.',
      cause: error,
    })
  }
}

interface Inventory {
  readonly found: readonly Found[]
  /** Names of directories without any image. */
  readonly empty: readonly string[]
  readonly close: () => Promise<void>
}

async function inDirectory(root: string): Promise<Inventory> {
  const found: Found[] = []
  const empty: string[] = []
  async function walk(path: string): Promise<void> {
    const entries = await readdir(join(root, path), { withFileTypes: true })
    const before = found.length
    for (const entry of entries.sort(byName)) {
      if (entry.name.startsWith('.')) continue
      const inner = path === '' ? entry.name : `${path}/${entry.name}`
      const full = join(root, inner)
      const stats = entry.isSymbolicLink() ? await stat(full) : entry
      if (stats.isDirectory()) await walk(inner)
      else if (stats.isFile() && endings.test(inner)) found.push(await fileAt(inner, full))
    }
    if (path !== '' && found.length === before) empty.push(path.slice(path.lastIndexOf('/') + 1))
  }
  await walk('')
  return { found, empty, close: () => Promise.resolve() }
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1
}

async function fileAt(path: string, full: string): Promise<Found> {
  const { size, mtimeMs } = await stat(full)
  return { path, name: full, stamp: `${size}/${mtimeMs}`, read: () => readFile(full) }
}

async function inArchive(source: string): Promise<Inventory> {
  const archive = await openArchive(source)
  const found = archive.files
    .filter(({ path }) => endings.test(path) && !/(?:^|\/)(?:\.|__MACOSX\/)/.test(path))
    .map(({ path, bytes, crc32, read }) => ({
      path,
      name: `${source}/${path}`,
      stamp: `${bytes}/${crc32}`,
      read,
    }))
  return { found, empty: [], close: archive.close }
}

/** Archives often hold one folder with everything in it. */
function withoutWrapper(found: readonly Found[]): readonly Found[] {
  const [first] = found
  const wrapper = first?.path.split('/')[0] ?? ''
  const inner = found.map((image) => ({ ...image, path: image.path.slice(wrapper.length + 1) }))
  const wrapped =
    first !== undefined &&
    !(wrapper in partNames) &&
    found.every(({ path }) => path.startsWith(`${wrapper}/`)) &&
    inner.every(({ path }) => path.includes('/'))
  return wrapped ? withoutWrapper(inner) : found
}

function classified(found: readonly Found[], source: string): ListedImage[] {
  const byPart = found.some(({ path }) => partNames[path.split('/')[0] ?? ''] === 'train')
  const images = found.flatMap(({ path, name, stamp, read }): ListedImage[] => {
    const steps = path.split('/')
    const part = byPart ? partNames[steps.shift() ?? ''] : 'train'
    const [folder] = steps
    if (part === undefined || folder === undefined || steps.length < 2) return []
    return [{ part, class: folder, name, stamp, read }]
  })
  if (images.length === 0) throw noImages(source, [])
  return images.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function noImages(source: string, names: readonly string[]): AppError {
  const what =
    names.length === 0
      ? `${source} holds no images in directories of classes`
      : `${source} has directories without an image: ${names.join(', ')}`
  return new AppError('data_missing', what, {
    hint: 'Put png, jpeg, webp, gif or tiff files into one directory a class, and remove directories without any.',
  })
}

function tooFewClasses(source: string, classes: readonly string[]): AppError {
  return new AppError('data_mismatch', `${source} has only one class, ${classes.join()}`, {
    hint: 'There must be at least two directories of images.',
  })
}
