import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Schema, namesOf, readSchemas, roots } from '../../schemas/roots.js'
import { generateTypes } from '../../schemas/types.js'
import { generateValidators } from '../../schemas/validators.js'
import { compose } from '../../src/config/api.js'
import { composeRoot } from '../../src/config/compose.js'
import { defaultSettings } from '../../src/config/settings.js'
import { builtInDirectory } from '../../src/config/sources.js'

const schemas = readSchemas()

/** Options that differ from another one's defaults. */
const variantsOnly = /^softmax$|^vit_/

describe('config: what is generated and shipped', () => {
  it('has types and validators that equal what the schemas give', async () => {
    assert.equal(readFileSync('src/spec/types.gen.ts', 'utf8'), await generateTypes())
    assert.equal(readFileSync('src/config/validators.gen.ts', 'utf8'), await generateValidators())
  })

  it('has validators that need no package at run time', () => {
    const source = readFileSync('src/config/validators.gen.ts', 'utf8')
    assert.ok(!/[^'"]\brequire\(|^import /m.test(source))
  })

  for (const [group, option] of builtInOptions()) {
    it(`composes ${group}=${option}, which spells out every key of its schema`, () => {
      const schema = variantOf(schemas[group], nameIn(group, option))
      const content = contentOf(group, option)
      assert.deepEqual(Object.keys(content).sort(), Object.keys(schema.properties ?? {}).sort())
    })
  }

  it('has schema defaults that equal the shipped default options', () => {
    const exceptions = new Set([
      'engine.name',
      'split.stratify',
      'split.method',
      'database.url',
      'normalization.name',
      // A preset that differs in them.
      'augmentation.augment_validation',
      'augmentation.swap_brightness_and_contrast',
    ])
    for (const [group, option] of builtInOptions()) {
      if (variantsOnly.test(option)) continue
      const { properties = {} } = variantOf(schemas[group], nameIn(group, option))
      const content = contentOf(group, option)
      for (const [key, property] of Object.entries(properties)) {
        if (property.default === undefined || exceptions.has(`${group}.${key}`)) continue
        assert.deepEqual(content[key], property.default, `${group}/${option}: ${key}`)
      }
    }
  })

  it('has root values that equal their schema defaults', () => {
    for (const root of roots) {
      const words = ['test', 'predict', 'export'].includes(root) ? ['checkpoint=x'] : []
      const context = { cwd: '/', env: {}, settings: defaultSettings }
      const config = composeRoot(root, words, context).config as unknown as Record<string, unknown>
      for (const [key, property] of Object.entries(schemas[root]?.properties ?? {})) {
        if (property.default !== undefined)
          assert.deepEqual(config[key], property.default, `${root}: ${key}`)
      }
    }
  })
})

function builtInOptions(): [string, string][] {
  const groups = readdirSync(builtInDirectory, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  return groups.flatMap(({ name: group }) =>
    readdirSync(join(builtInDirectory, group)).map((file): [string, string] => [
      group,
      file.replace('.yaml', ''),
    ]),
  )
}

function contentOf(group: string, option: string): Record<string, unknown> {
  const overrides = group === 'split' ? ['+seed=0'] : []
  const { config } = compose({
    directory: builtInDirectory,
    configName: `${group}/${option}`,
    overrides,
  })
  return (config as Record<string, Record<string, unknown>>)[group] ?? {}
}

function nameIn(group: string, option: string): unknown {
  return contentOf(group, option)['name']
}

function variantOf(schema: Schema | undefined, name: unknown): Schema {
  const variants = schema?.oneOf ?? []
  const exact = variants.find((variant) => namesOf(variant)?.includes(name))
  return exact ?? variants.find((variant) => namesOf(variant) === undefined) ?? schema ?? {}
}
