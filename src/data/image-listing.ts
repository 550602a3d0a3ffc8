import { readFile } from 'node:fs'
import { promisify } from 'node:util'
import { AppError } from '../core/errors.js'
import { openArchive } from './archive.js'
import type { EncodedImage } from './decoded-cache.js'
import { walkDirectory } from './directory-walk.js'
import { placeImages, type PartName, type Placed } from './image-places.js'
import type { Source } from './source.js'

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
  /** Images that lie in no directory of a class. */
  readonly ignored: readonly string[]
  /** Images of formats that are not read, by their endings. */
  readonly unread: readonly string[]
  readonly close: () => Promise<void>
}

interface Inventory {
  readonly found: readonly EncodedImage[]
  readonly unread: readonly string[]
  /** Paths of directories, empty ones included. */
  readonly directories: readonly string[]
  readonly close: () => Promise<void>
}

const endings = /\.(?:png|jpe?g|webp|gif|tiff?)$/i

/** Formats that people keep photographs and pictures in, too. */
const otherEndings = /\.(?:avif|bmp|cr2|dng|hei[cf]|jfif|jp2|jxl|nef|p[bgnp]m|svg|tga)$/i

/** Half the work of the one in node:fs/promises, which counts where there are thousands of files. */
const readWhole = promisify(readFile)

/** Directories and files that systems leave behind. */
const hidden = /(?:^|\/)(?:\.|__MACOSX\/|@eaDir\/)/

/** Lists the images below a directory, or in a zip archive, by class and, where there are such directories, by part. */
export async function listImages({ path, isDirectory }: Source): Promise<Listing> {
  const { found, unread, directories, close } = isDirectory
    ? await inDirectory(path)
    : await inArchive(path)
  try {
    const images = new Map(found.map((image) => [image.path, image]))
    const { placed, ignored } = placeImages([...images.keys()], directories, path)
    const classes = [...new Set(placed.map((image) => image.class))].sort()
    checkClasses(placed, classes, path)
    return {
      images: placed
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map((place) => ({ ...(images.get(place.path) as EncodedImage), ...place })),
      classes,
      ignored,
      unread: [...unread].sort(),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function inDirectory(root: string): Promise<Inventory> {
  const { files, directories } = await walkDirectory(root, (path) => !hidden.test(`${path}/`))
  const found = files
    .filter(({ path }) => endings.test(path))
    .map(({ path, full, stamp }) => ({ path, name: full, stamp, read: () => readWhole(full) }))
  const unread = files.map(({ path }) => path).filter((path) => otherEndings.test(path))
  return { found, unread, directories, close: () => Promise.resolve() }
}

async function inArchive(source: string): Promise<Inventory> {
  const unread: string[] = []
  const { files, directories, close } = await openArchive(source, (path) => {
    if (hidden.test(path)) return false
    if (otherEndings.test(path)) unread.push(path)
    return endings.test(path)
  })
  const found = files.map(({ path, bytes, crc32, read }) => ({
    path,
    name: `${source}/${path}`,
    stamp: `${bytes}/${crc32}`,
    read,
  }))
  const own = directories.filter((path) => !hidden.test(`${path}/`))
  return { found, unread, directories: own, close }
}

function checkClasses(placed: readonly Placed[], classes: readonly string[], source: string): void {
  if (classes.length < 2) {
    throw new AppError('data_mismatch', `${source} has only one class, ${classes.join()}`, {
      hint: 'There must be at least two directories of images.',
    })
  }
  const trained = new Set(placed.filter(({ part }) => part === 'train').map((one) => one.class))
  const untrained = classes.filter((name) => !trained.has(name))
  if (untrained.length === 0) return
  throw new AppError(
    'data_mismatch',
    `${source} has no training images of ${untrained.join(', ')}`,
    {
      hint: 'Every class of the validation and test images needs training images.',
    },
  )
}
