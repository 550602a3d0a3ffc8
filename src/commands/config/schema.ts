import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { AppError } from '../../core/errors.js'
import { nearest } from '../../core/table.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import type { Context } from '../context.js'

/** `config schema`: one JSON Schema for editors. */
export class ConfigSchema extends BaseCommand<typeof ConfigSchema> {
  static override summary = 'Print the JSON Schema of a config, in one piece.'
  static override description = `NAME is a command with a config (train, sweep, ...) or a config group (optimizer, model, ...);
train if none is given. The schema (draft 2020-12) refers to nothing outside itself. An
editor with YAML support then completes and checks a file that begins with

  # yaml-language-server: $schema=train.schema.json

For editors no key is required and interpolations may stand for any value, because other
layers complete a file; --composed gives the schema that a composed config must fulfil.`
  static override usage = '<%= command.id %> [NAME] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> train --output train.schema.json',
    '<%= config.bin %> <%= command.id %> optimizer --output conf/optimizer.schema.json',
    '<%= config.bin %> <%= command.id %> --composed',
  ]
  static override positionals = 1
  static override flags = {
    output: Flags.string({ summary: 'Write the schema to a file.', helpValue: 'FILE' }),
    composed: Flags.boolean({ summary: 'The schema of composed configs, not of files.' }),
  }
  static override usesModules = true

  protected async perform(input: Input<typeof ConfigSchema>, context: Context): Promise<Output> {
    const { flags, positionals } = input
    const { readSchemaFiles } = await import('../../config/schema-files.js')
    const { bundleSchema } = await import('../../config/bundled-schema.js')
    const { withCustomVariants } = await import('../../config/custom-data.js')
    const schemas = withCustomVariants(readSchemaFiles(), context.extensions?.variants ?? [])
    const name = knownName(positionals[0] ?? 'train', Object.keys(schemas))
    const schema = bundleSchema(schemas, name, flags.composed ? 'composed' : 'editor')
    const text = JSON.stringify(schema, null, 2)
    if (flags.output === undefined) return { result: { name, schema }, text }
    const { writeFileAtomic } = await import('../../core/files.js')
    await writeFileAtomic(resolve(context.cwd, flags.output), `${text}\n`)
    return { result: { name, schema, output: flags.output }, text: `written  ${flags.output}` }
  }
}

function knownName(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name
  throw new AppError('usage', `There is no schema '${name}'`, {
    suggestions: nearest(name, names),
    hint: `Schemas: ${names.join(', ')}.`,
  })
}
