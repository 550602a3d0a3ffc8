import type { Extensions } from './extensions.js'
import type { Finding } from './schema-errors.js'

/** Fills in and checks the data section of a root's tree where it is one of a module. */
export function findCustom(data: unknown, extensions: Extensions | undefined): Finding[] {
  const section = memberOf(data, 'data')
  const name = memberOf(section, 'name')
  if (typeof name !== 'string' || !name.startsWith('custom/')) return []
  const check = extensions?.checks.get(name)
  if (check === undefined) {
    const allowedValues = [...(extensions?.checks.keys() ?? [])]
    const params = { allowedValues }
    return [{ instancePath: '/data/name', schemaPath: '', keyword: 'module', params }]
  }
  return check(section).map((finding) => ({
    ...finding,
    instancePath: `/data${finding.instancePath}`,
  }))
}

function memberOf(value: unknown, key: string): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, unknown>>)[key]
}
