import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { takeWords } from '../special-words.js'

/** `data describe`: what there is to know of the images before training on them. */
export class DataDescribe extends BaseCommand<typeof DataDescribe> {
  static override summary = 'Describe data: counts, pixels, equal images, pictures.'
  static override description = `The data, labels and split are those that \`train\` would use with the same words. Every image is
read once. Counts and pixel statistics are told for each class and each label, and images
with the same pixels are found, also where they lie on both sides of the split.

out=DIRECTORY   also write description.json, tables, pictures and index.html, one page that
                needs no other file; an earlier description there is replaced
spec=PATH       describe the data of a run by its spec.json`
  static override examples = [
    '<%= config.bin %> <%= command.id %> data=fashion_mnist labels=garment_groups out=described',
    '<%= config.bin %> <%= command.id %> data=image_folder data.source=photos.zip data.resize.size=[64,64]',
    '<%= config.bin %> <%= command.id %> spec=runs/default/RUN/spec.json --json',
  ]
  static override usesModules = true

  protected async perform(input: Input<typeof DataDescribe>, context: Context): Promise<Output> {
    const { taken, rest } = takeWords(input.words, ['spec', 'out'])
    const { describe } = await import('./describing.js')
    return describe(taken, rest, context)
  }
}
