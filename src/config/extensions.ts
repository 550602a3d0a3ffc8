import { Ajv2020 } from 'ajv/dist/2020.js'
import { AppError } from '../core/errors.js'
import type { LoadedDataset } from '../modules/load.js'
import { customSources, customVariant } from './custom-data.js'
import type { Finding } from './schema-errors.js'
import type { Schema } from './schema-files.js'
import type { Source } from './sources.js'

/** What modules add to configs: options of `data`, and what their sections must fulfil. */
export interface Extensions {
  readonly sources: readonly Source[]
  /** A schema for each data set. */
  readonly variants: readonly Schema[]
  /** Fills in the defaults of a module's data section and tells what is wrong with it, by the name of the data set. */
  readonly checks: ReadonlyMap<string, (section: unknown) => readonly Finding[]>
}

/** Compiles the schemas of data sets; one that is no sound JSON Schema is `module_invalid`. */
export function createExtensions(datasets: readonly LoadedDataset[]): Extensions {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    useDefaults: true,
    messages: false,
  })
  const compiled = datasets.map((dataset) => {
    const variant = customVariant(dataset)
    return { name: dataset.name, variant, validate: compile(dataset, variant) }
  })
  return {
    sources: customSources(datasets),
    variants: compiled.map(({ variant }) => variant),
    checks: new Map(
      compiled.map(({ name, validate }) => [
        name,
        (section) => (validate(section) ? [] : (validate.errors ?? [])),
      ]),
    ),
  }

  function compile({ shown, name }: LoadedDataset, variant: Schema) {
    try {
      return ajv.compile(variant)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new AppError(
        'module_invalid',
        `${shown}: schema of '${name}' cannot be used: ${reason}`,
        {
          hint: 'It is a JSON Schema (draft 2020-12) with the keys of the data set under properties.',
          cause: error,
        },
      )
    }
  }
}
