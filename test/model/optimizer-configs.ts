import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { OptimizerConfig } from '../../src/spec/types.gen.js'

/** The option of that name, with the values that a test is about. */
export function optimizerConfig(
  name: OptimizerConfig['name'],
  changes: Readonly<Record<string, unknown>> = {},
): OptimizerConfig {
  const file = new URL(`../../configs/optimizer/${name}.yaml`, import.meta.url)
  return { ...(parse(readFileSync(file, 'utf8')) as OptimizerConfig), ...changes }
}
