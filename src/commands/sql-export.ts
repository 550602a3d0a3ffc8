import { BaseCommand, dryRun, type Input, type Output } from './base.js'
import type { Context } from './context.js'

/** `sql-export`: the product catalog of a database as CSV or JSON. */
export class SqlExport extends BaseCommand<typeof SqlExport> {
  static override summary = 'Export the product catalog of a database to CSV or JSON.'
  static override description = `Every product with its images of index 0 and its descriptions in one country: the translation, or
else the original text. Without database.url an embedded sample is exported.

database.url=sqlite:PATH  the database; it is only read
country=us                country of the descriptions, whatever its case
format=csv|json           one row per product, image and description, or one object per product
output=PATH               a file that appears whole or not at all; standard output if not given`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> database.url=sqlite:shop.db format=json output=products.json',
    '<%= config.bin %> <%= command.id %> country=fr --dry-run',
  ]
  static override flags = { 'dry-run': dryRun }

  protected async perform(input: Input<typeof SqlExport>, context: Context): Promise<Output> {
    const { composeRoot } = await import('../config/compose.js')
    const { config } = composeRoot('sql-export', input.words, context)
    const { exportCatalog, planExport } = await import('../sql/export.js')
    if (input.flags['dry-run']) return planExport(config)
    const { result, text } = await exportCatalog(config, context.cwd, context.env)
    if (config.database.url === null) {
      context.log.info('This is the embedded sample; database.url=sqlite:PATH exports your own.')
    }
    if (result.output === null) return { result, text }
    return { result, text: `${result.products} products, ${result.rows} rows: ${result.output}` }
  }
}
