import { AppError } from '../../core/errors.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'

/** `data verify`: how files differ from what a manifest says. */
export class DataVerify extends BaseCommand<typeof DataVerify> {
  static override summary = 'Compare files with a manifest.'
  static override description = `MANIFEST is what \`data snapshot\` wrote. Missing, changed and added files are listed; if there
are any, the exit code is 4. DIRECTORY is where the files are, if they have been moved. After
an interruption the same command goes on where it stopped.`
  static override usage = '<%= command.id %> MANIFEST [DIRECTORY] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> photos.manifest.json',
    '<%= config.bin %> <%= command.id %> photos.manifest.json /mnt/photos --json',
  ]
  static override positionals = 2

  protected async perform(input: Input<typeof DataVerify>, context: Context): Promise<Output> {
    const [manifest, directory] = input.positionals
    if (manifest === undefined || input.words.length > 0) {
      throw new AppError('usage', 'Which manifest? Only paths are given here.', {
        hint: 'For example: atelier data verify manifest.json',
      })
    }
    const { verify } = await import('./verifying.js')
    return verify(manifest, directory, context)
  }
}
