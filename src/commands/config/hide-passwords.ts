import { hidePasswords } from '../../core/secrets.js'
import type { Output } from '../base.js'
import { jsonForm } from '../json-form.js'

/** What a command shows of configs, without the passwords that were typed into database URLs. */
export function withoutPasswords(result: unknown, text: string): Output {
  const hidden = JSON.stringify(result, (key, value: unknown) =>
    typeof value === 'string' ? hidePasswords(value) : jsonForm(key, value),
  )
  return { result: JSON.parse(hidden) as unknown, text: hidePasswords(text) }
}
