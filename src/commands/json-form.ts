/** A replacer for `JSON.stringify`: values of configs that JSON has no form for, each in the nearest one. */
export function jsonForm(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Map) return Object.fromEntries(value) as unknown
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return value
}
