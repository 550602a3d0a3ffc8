import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { takeWords } from '../special-words.js'

/** `data preview`: what an augmentation does, as a picture. */
export class DataPreview extends BaseCommand<typeof DataPreview> {
  static override summary = 'Draw what an augmentation does to some images.'
  static override description = `A contact sheet of training images: the originals, each transform by itself as if its
probability were 1, and all together as the first epochs of \`train\` with the same words will
see them. Where no transform is switched on, all are shown by themselves.

out=FILE     preview.png if not given; a name that ends in .svg gives vectors
images=6     how many images, up to 25
epochs=8     how many epochs
spec=PATH    the augmentation, data and seed of a run, by its spec.json`
  static override examples = [
    '<%= config.bin %> <%= command.id %> augmentation=challenge',
    '<%= config.bin %> <%= command.id %> data=fashion_mnist augmentation.rotate.p=1 augmentation.rotate.limit=15',
    '<%= config.bin %> <%= command.id %> spec=runs/default/RUN/spec.json images=10 out=seen.png',
  ]
  static override usesModules = true

  protected async perform(input: Input<typeof DataPreview>, context: Context): Promise<Output> {
    const { preview, previewWords } = await import('./previewing.js')
    const { taken, rest } = takeWords(input.words, previewWords)
    return preview(taken, rest, context)
  }
}
