import { basename } from 'node:path'
import { AppError } from '../core/errors.js'
import type { ImageFolderConfig } from '../spec/types.gen.js'
import type { DataContext, DataSetKind, Part } from './data-set.js'
import { decodeAll, type DecodedImages } from './decoded-cache.js'
import { fingerprint } from './fingerprint.js'
import { groupNumbers, groupReader } from './image-groups.js'
import { listImages, type ListedImage, type Listing } from './image-listing.js'
import type { PartName } from './image-places.js'
import { partOf } from './part.js'
import { fetchSource } from './source.js'

/**
 * Images in directories, one a class: a directory, a zip archive, or the URL of one. Directories `train`, `val` and
 * `test` above the classes are taken as they say.
 */
export const imageFolder: DataSetKind<ImageFolderConfig> = {
  async open(config, context) {
    const source = await fetchSource(config, context)
    const listing = await listImages(source)
    try {
      return await assemble(config, source.path, listing, context)
    } finally {
      await listing.close()
    }
  },
}

async function assemble(
  config: ImageFolderConfig,
  source: string,
  { images, classes, ignored, unread }: Listing,
  context: DataContext,
) {
  const groupOf = config.group_pattern === null ? null : groupReader(config.group_pattern)
  const channels = config.channels === 'grey' ? 1 : 3
  const decode = (some: readonly ListedImage[]) =>
    decodeAll(some, { resize: config.resize, channels }, config.on_corrupt, context)
  const own = images.filter(({ part }) => part !== 'test')
  const held = images.filter(({ part }) => part === 'test')
  const groups = groupOf === null ? null : own.map(({ path }) => groupOf(path))
  const train = partFrom(own, await decode(own), classes)
  const test = held.length === 0 ? null : partFrom(held, await decode(held), classes)
  const shape = train.part.images.stored
  if (test !== null && test.part.images.stored.join() !== shape.join()) {
    throw new AppError(
      'data_mismatch',
      `Training images have ${shape.join('x')}, test images ${test.part.images.stored.join('x')}`,
      { hint: 'Set data.resize, for example data.resize.size=[224,224].' },
    )
  }
  const parts = [train, ...(test === null ? [] : [test])]
  warnAboutSkipped(parts, context)
  warnAbout(ignored, 'lie in no directory of a class and are not used', context)
  warnAbout(unread, 'are of formats that are not read, and are not used', context)
  refuseEmptied(train, classes)
  const val = Int32Array.from(train.parts.keys()).filter((index) => train.parts[index] === 'val')
  return {
    shape,
    classes,
    splits: { train: train.part, test: test?.part ?? null },
    validation: val.length === 0 ? null : val,
    groups: groups === null ? null : groupNumbers(train.kept.map((at) => groups[at] as string)),
    fingerprint: fingerprint({
      shape,
      classes,
      content: {
        train: train.hash,
        labels: train.part.labels.join(),
        parts: train.parts.join(),
        test: test === null ? '' : `${test.hash} ${test.part.labels.join()}`,
      },
    }),
    files: parts.map(({ hash, part }, index) => ({
      name: `${basename(source)} (${index === 0 ? 'training' : 'test'} images)`,
      path: source,
      sha256: hash,
      bytes: part.count * shape[0] * shape[1] * shape[2],
    })),
    demo: false,
    describe: () =>
      `${basename(source)}: ${train.part.count - val.length} training, ${val.length} validation and ` +
      `${test?.part.count ?? 0} test images of ${shape.slice(0, 2).join('x')} in ${classes.length} classes, from ${source}`,
  }
}

interface Assembled {
  readonly part: Part
  /** Which of the listed images the part consists of. */
  readonly kept: readonly number[]
  readonly parts: readonly PartName[]
  readonly hash: string
  readonly skipped: DecodedImages['skipped']
}

function partFrom(
  listed: readonly ListedImage[],
  { images, places, skipped, sha256 }: DecodedImages,
  classes: readonly string[],
): Assembled {
  const kept = [...listed.keys()].filter((index) => places[index] !== -1)
  const sound = kept.map((index) => listed[index] as ListedImage)
  const numbers = new Map(classes.map((name, number) => [name, number]))
  const labels = Int32Array.from(sound, (image) => numbers.get(image.class) as number)
  return {
    part: partOf(images, labels),
    kept,
    parts: sound.map(({ part }) => part),
    hash: sha256,
    skipped,
  }
}

/** Leaving out what cannot be decoded must not leave a class without training images. */
function refuseEmptied({ part, parts }: Assembled, classes: readonly string[]): void {
  const trained = new Set(part.labels.filter((_, index) => parts[index] === 'train'))
  const emptied = classes.filter((_, number) => !trained.has(number))
  if (emptied.length === 0) return
  throw new AppError('data_corrupt', `No training image of ${emptied.join(', ')} can be decoded`, {
    hint: 'Repair the images, or remove the directory.',
  })
}

function warnAbout(paths: readonly string[], what: string, { log }: DataContext): void {
  if (paths.length === 0) return
  const more = paths.length > 3 ? ', ...' : ''
  log.warn(`${paths.length} images ${what}: ${paths.slice(0, 3).join(', ')}${more}`)
}

function warnAboutSkipped(parts: readonly Assembled[], { log }: DataContext): void {
  const skipped = parts.flatMap((part) => part.skipped)
  if (skipped.length === 0) return
  const shown = skipped.slice(0, 5).map(({ name, reason }) => `${name} (${reason})`)
  const more = skipped.length > shown.length ? `, and ${skipped.length - shown.length} more` : ''
  log.warn(
    `${skipped.length} images cannot be decoded and are left out: ${shown.join(', ')}${more}`,
  )
}
