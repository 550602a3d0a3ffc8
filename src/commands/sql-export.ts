import * as Flags from '@oclif/core/flags'
import { BaseCommand, dryRun, type Input, type Output } from './base.js'
import type { Context } from './context.js'

/** `sql-export`: the product catalog of a database as a file or on standard output. */
export class SqlExport extends BaseCommand<typeof SqlExport> {
  static override summary = 'Export the product catalog of a database.'
  static override description = `Every product with its images of index 0 and its descriptions in one country: the translation, \
or else the original text. Without database.url an embedded sample is exported.

database.url=URL  sqlite:PATH, postgres://… or mysql://…; it is only read
reading=us_only   or any_translation, single: which descriptions
country=us        country of the descriptions, whatever its case
images=all        or first: one image a product
output=PATH       a file, whole or not at all; - or nothing: standard output
format=FORMAT     csv, ndjson, json, parquet or sqlite; else as output ends
columns.KEY=NAME  the name of a column; null leaves it out
source=runs       the runs under run.root instead, written to the database

An export to a file is recorded under run.root, as runs are.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> database.url=sqlite:shop.db output=products.csv.gz',
    '<%= config.bin %> <%= command.id %> database.url=sqlite:shop.db output=products.csv.gz --resume',
    '<%= config.bin %> <%= command.id %> country=fr --dry-run',
    '<%= config.bin %> <%= command.id %> source=runs database.url=sqlite:runs.db',
  ]
  static override flags = {
    'dry-run': dryRun,
    resume: Flags.boolean({ summary: 'Go on with an export that was interrupted.' }),
  }

  protected async perform(input: Input<typeof SqlExport>, context: Context): Promise<Output> {
    const { composeRoot } = await import('../config/compose.js')
    const { words } = input
    const { config, layers } = composeRoot('sql-export', words, context)
    const { 'dry-run': isDry, resume, json } = input.flags
    if (config.source === 'runs') {
      const { runRunsExport } = await import('./sql-export/runs-exporting.js')
      return runRunsExport({ config, words, layers, isDry, resume }, context)
    }
    if (isDry) {
      const { planExport } = await import('../sql/plan.js')
      const plan = await planExport(config, context)
      for (const warning of plan.result.warnings) context.log.warn(warning)
      return plan
    }
    const { runSqlExport } = await import('./sql-exporting.js')
    return runSqlExport({ config, words, layers, resume, json }, context)
  }
}
