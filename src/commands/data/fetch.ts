import { BaseCommand, dryRun, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'

/** `data fetch`: everything a data set needs, on this machine. */
export class DataFetch extends BaseCommand<typeof DataFetch> {
  static override summary = 'Download, check and decode what a data set needs.'
  static override description = `What is not on this machine is downloaded into the cache: broken off downloads go on where they
stopped, and checksums are compared. Then the data is opened as \`train\` opens it, so that
images are decoded into the cache and whatever is wrong with them shows now.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> data=fashion_mnist',
    '<%= config.bin %> <%= command.id %> data=image_folder data.source=https://example.com/photos.zip',
    '<%= config.bin %> <%= command.id %> data=fashion_mnist --dry-run',
  ]
  static override flags = { 'dry-run': dryRun }
  static override usesModules = true

  protected async perform(input: Input<typeof DataFetch>, context: Context): Promise<Output> {
    const { composeRoot } = await import('../../config/compose.js')
    const { fetchData, planFetch } = await import('./fetching.js')
    const { config } = composeRoot('train', input.words, context)
    return input.flags['dry-run'] ? planFetch(config, context) : fetchData(config, context)
  }
}
