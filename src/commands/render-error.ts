import type { AppError, Location } from '../core/errors.js'
import { paint } from '../core/log.js'
import { hidePasswords } from '../core/secrets.js'
import { sourceStack } from './source-stack.js'

/** An error as the JSON envelope shows it. */
export interface ErrorRecord {
  readonly code: string
  readonly message: string
  readonly exit: number
  readonly hint: string | null
  readonly suggestions: readonly string[]
  readonly location: Location | null
  readonly details: readonly ErrorRecord[]
}

/** The error as plain data, its details included. */
export function errorRecord(error: AppError, exit = error.exit): ErrorRecord {
  return {
    code: error.code,
    message: hidePasswords(error.message),
    exit,
    hint: error.hint === undefined ? null : hidePasswords(error.hint),
    suggestions: error.suggestions,
    location: error.location ?? null,
    details: error.details.map((detail) => errorRecord(detail)),
  }
}

/** The error for people: message, place, code frame, suggestions, hint, then its details. */
export function renderError(error: AppError): string {
  const label = paint('red', 'error:', process.stderr)
  return `${label} ${hidePasswords(block(error))}\n`
}

function block(error: AppError): string {
  const lines = [error.message]
  if (error.location !== undefined) lines.push(`  at ${formatLocation(error.location)}`)
  if (error.frame !== undefined) lines.push(indent(error.frame.trimEnd()))
  if (error.suggestions.length > 0) lines.push(`  Did you mean ${error.suggestions.join(', ')}?`)
  if (error.hint !== undefined) lines.push(indent(error.hint))
  for (const detail of error.details) lines.push(`- ${block(detail)}`)
  return lines.join('\n')
}

function formatLocation(location: Location): string {
  const place = [location.file, location.line, location.column].filter((part) => part !== undefined)
  return place.join(':') + (location.layer === undefined ? '' : ` (${location.layer})`)
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

/** A defect for people: the stack, and what to do with it. */
export function renderDefect(error: unknown): string {
  const stack = error instanceof Error ? sourceStack(error.stack ?? error.message) : String(error)
  return `${paint('red', 'defect:', process.stderr)} ${hidePasswords(stack)}
This is a defect of Atelier itself. Please report it with the lines above, the command and
its config (Node ${process.version}, ${process.platform}-${process.arch}).
`
}
