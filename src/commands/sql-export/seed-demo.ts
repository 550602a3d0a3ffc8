import * as Flags from '@oclif/core/flags'
import { BaseCommand, dryRun, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'
import { takeWords } from '../special-words.js'

/** `sql-export seed-demo`: a catalog of made-up products in a database of one's own. */
export class SqlExportSeedDemo extends BaseCommand<typeof SqlExportSeedDemo> {
  static override summary = 'Fill a database with made-up products.'
  static override description = `Makes the four tables of the catalog, under the names that the schema keys
say, and fills them with products that have about two images and two
descriptions each: the same ones in every database for the same seed. A new
SQLite file is made; tables of these names are an error that changes nothing.

products=N        how many; 1000 if not given
seed=N            other products; 42 if not given
database.url=URL  sqlite:PATH, postgres://… or mysql://…`
  static override usage = '<%= command.id %> [products=N] [seed=N] [WORDS...] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> database.url=sqlite:shop.db',
    '<%= config.bin %> <%= command.id %> products=1000000 database=postgres',
    '<%= config.bin %> <%= command.id %> database=mysql --dry-run',
  ]
  static override flags = {
    'dry-run': dryRun,
    replace: Flags.boolean({ summary: 'Drop the tables that an earlier seed-demo made.' }),
  }

  protected async perform(
    input: Input<typeof SqlExportSeedDemo>,
    context: Context,
  ): Promise<Output> {
    const { taken, rest } = takeWords(input.words, ['products', 'seed'])
    const { composeRoot } = await import('../../config/compose.js')
    const { config } = composeRoot('sql-export', rest, context)
    const { planSeed, runSeed } = await import('./seeding.js')
    const { 'dry-run': isDry, replace } = input.flags
    return isDry
      ? planSeed(config, taken, context)
      : runSeed(config, { ...taken, replace }, context)
  }
}
