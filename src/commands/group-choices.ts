import { readdirSync } from 'node:fs'
import { relative, sep } from 'node:path'

/** The overrides that choose an option of a config group under a directory: `model=cnn`, `optimizer=adam`. */
export function groupChoices(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => ({
      group: relative(directory, entry.parentPath).replaceAll(sep, '/'),
      option: entry.name.replace(/\.yaml$/, ''),
    }))
    .filter(({ group }) => group !== '')
    .map(({ group, option }) => `${group}=${option}`)
    .sort()
}
