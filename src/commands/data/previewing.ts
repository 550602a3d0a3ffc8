import { extname, resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import { shownPath, writeFileAtomic } from '../../core/files.js'
import type { Output } from '../base.js'
import type { Context } from '../context.js'
import { composeTraining, openTrainingData } from './describing.js'

/** The words of `data preview` that are no config keys. */
export const previewWords = ['spec', 'out', 'images', 'epochs'] as const

type Taken = Partial<Record<(typeof previewWords)[number], string>>

/** Draws the contact sheet and writes it. */
export async function preview(
  { spec, out = 'preview.png', ...taken }: Taken,
  words: readonly string[],
  context: Context,
): Promise<Output> {
  const images = countOf('images', taken.images, { usual: 6, most: 25 })
  const epochs = countOf('epochs', taken.epochs, { usual: 8, most: 100 })
  const path = resolve(context.cwd, out)
  const ending = extname(path).toLowerCase()
  if (ending !== '.png' && ending !== '.svg') {
    throw new AppError('usage', `out=${out}: a preview is a .png or .svg file`)
  }
  const composed = await composeTraining(spec, words, context)
  const { seed, augmentation, data } = composed.config
  const { previewAugmentation } = await import('../../data/preview.js')
  const { drawPreview } = await import('../../report/data/preview.js')
  const used = await openTrainingData(composed, context)
  const shown = previewAugmentation({ ...used, seed, augmentation, images, epochs })
  const sheet = drawPreview(shown, { data: data.name, augmentation: augmentation.name })
  await writeFileAtomic(path, sheet[ending === '.png' ? 'png' : 'svg'])
  const result = {
    path,
    augmentation: augmentation.name,
    images: shown.originals.map(({ index, label }) => ({ index, label })),
    transforms: shown.transforms.map(({ name }) => name),
    epochs: shown.epochs.length,
  }
  const what = `${result.images.length} images, ${result.transforms.length} transforms, ${result.epochs} epochs`
  return { result, text: `written  ${shownPath(path, context.cwd)} (${what})` }
}

function countOf(
  name: string,
  text: string | undefined,
  { usual, most }: { readonly usual: number; readonly most: number },
): number {
  if (text === undefined) return usual
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= 1 && count <= most) return count
  throw new AppError('usage', `${name}=${text}: a whole number from 1 to ${most} is wanted`)
}
