import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { takeWords } from '../special-words.js'

/** `data snapshot`: what files are like now, to be compared with later. */
export class DataSnapshot extends BaseCommand<typeof DataSnapshot> {
  static override summary = 'Write a manifest of files with their SHA-256.'
  static override description = `All files below DIRECTORY, or without it the files of the data that \`train\` would use with the
same words. After an interruption the same command goes on where it stopped.

out=FILE   the manifest; manifest.json if not given`
  static override usage = '<%= command.id %> [DIRECTORY | WORDS...] [out=FILE] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> photos out=photos.manifest.json',
    '<%= config.bin %> <%= command.id %> data=fashion_mnist out=fashion.manifest.json',
  ]
  static override positionals = 1
  static override usesModules = true

  protected async perform(input: Input<typeof DataSnapshot>, context: Context): Promise<Output> {
    const { taken, rest } = takeWords(input.words, ['out'])
    const { snapshot } = await import('./verifying.js')
    return snapshot({ directory: input.positionals[0], ...taken }, rest, context)
  }
}
