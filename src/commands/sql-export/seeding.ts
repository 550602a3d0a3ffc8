import { AppError } from '../../core/errors.js'
import { openSecrets } from '../../core/secrets.js'
import { formatTable } from '../../core/terminal.js'
import type { SqlExportConfig } from '../../spec/types.gen.js'
import type { Output } from '../base.js'
import type { Context } from '../context.js'

/** What was typed beside the config. */
interface SeedWords {
  readonly products?: string
  readonly seed?: string
}

/** What `--dry-run` shows: the statements around the loading of the rows; no database is opened. */
export async function planSeed(
  { database, schema }: SqlExportConfig,
  words: SeedWords,
  context: Context,
): Promise<Output> {
  const options = readOptions(words)
  const { databaseKind } = await import('../../sql/databases.js')
  const { demoStatements } = await import('../../sql/demo/seed.js')
  const { url } = database
  const { dialect } = databaseKind(url === null ? null : openSecrets(url, context.env).text)
  const { enter, before, after } = demoStatements(schema, dialect)
  const lines = (statements: readonly string[]) => statements.map((one) => `${one};\n`).join('')
  return {
    result: { ...options, dialect, before: [...enter, ...before], after },
    text: `${lines([...enter, ...before])}-- the rows of ${options.products} products\n${lines(after)}`,
  }
}

/** Fills the database and says with how much. */
export async function runSeed(
  { database: config, schema }: SqlExportConfig,
  { replace, ...words }: SeedWords & { readonly replace: boolean },
  context: Context,
): Promise<Output> {
  const options = { ...readOptions(words), replace }
  const { openForWriting } = await import('../../sql/databases.js')
  const { seedDemo } = await import('../../sql/demo/seed.js')
  const started = context.clock()
  const database = await openForWriting(config, context)
  try {
    const result = await seedDemo(schema, database, options, context)
    const seconds = (context.clock() - started) / 1000
    const table = formatTable(['table', 'rows'], Object.entries(result.rows))
    return {
      result: { ...result, seconds },
      text: `${table}\n${result.products} products in ${result.database}, ${seconds.toFixed(1)} s`,
    }
  } finally {
    await database.close()
  }
}

function readOptions({ products = '1000', seed = '42' }: SeedWords) {
  return {
    products: readCount('products', products, 1, mostProducts),
    seed: readCount('seed', seed, 0, Number.MAX_SAFE_INTEGER),
  }
}

/** More is a slip of the finger that would fill the disk. */
const mostProducts = 100_000_000

function readCount(name: string, text: string, least: number, most: number): number {
  const count = Number(text.replaceAll('_', ''))
  if (/^\d[\d_]*$/.test(text) && count >= least && count <= most) return count
  throw new AppError('usage', `${name}=${text} is no whole number from ${least} to ${most}`)
}
