import { createRequire } from 'node:module'
import { AppError, type ErrorCode, type ErrorOptions, type Location } from '../core/errors.js'
import type { Origin } from './tree.js'

/** The language-neutral kinds of config errors, each with the code that a command reports. */
const codes = {
  parse: 'override_syntax',
  'struct-key': 'override_target',
  composition: 'config_defaults',
  'missing-config': 'config_unknown_option',
  recursion: 'config_defaults',
  yaml: 'config_syntax',
  'interpolation-syntax': 'config_interpolation',
  'interpolation-key': 'config_interpolation',
  'interpolation-missing': 'config_interpolation',
  'interpolation-resolution': 'config_interpolation',
  'unsupported-interpolation': 'config_interpolation',
  other: 'config_defaults',
} as const satisfies Record<string, ErrorCode>

export type ConfigErrorKind = keyof typeof codes

/** An `AppError` of the config system; `kind` is stable across implementations of the same semantics. */
export type ConfigError = AppError & { readonly kind: ConfigErrorKind }

interface ConfigErrorOptions extends Omit<ErrorOptions, 'location' | 'frame'> {
  readonly code?: ErrorCode
  readonly origin?: Origin | undefined
}

/** Makes a config error that points at the place where the offending text was written. */
export function configError(
  kind: ConfigErrorKind,
  message: string,
  options: ConfigErrorOptions = {},
): ConfigError {
  const { origin, code = codes[kind], ...rest } = options
  const error = new AppError(code, message, { ...rest, ...placeOf(origin) })
  return Object.assign(error, { kind })
}

/** The file position of an origin and the lines around it with a caret, ready for an `AppError`. */
export function placeOf(origin: Origin | undefined): Pick<ErrorOptions, 'location' | 'frame'> {
  if (origin === undefined) return {}
  const { file, text, layer } = origin.text
  if (text === '') return { location: { file, layer } }
  const start = positionAt(text, origin.start)
  const location: Location = { file, layer, ...start }
  const end = positionAt(text, Math.max(origin.end, origin.start + 1))
  return { location, frame: drawFrame(text, start, end.line === start.line ? end : start) }
}

interface Position {
  readonly line: number
  readonly column: number
}

/** Line and column, both from 1, of a character offset. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}

const require = createRequire(import.meta.url)

const widestFrame = 400

function drawFrame(text: string, start: Position, end: Position): string {
  // Loaded at the first error only: starting up must not pay for it.
  const { codeFrameColumns } = require('@babel/code-frame') as typeof import('@babel/code-frame')
  const shown = text
    .split('\n')
    .map((line) => (line.length > widestFrame ? `${line.slice(0, widestFrame)}…` : line))
    .join('\n')
  return codeFrameColumns(
    shown,
    { start, end },
    { highlightCode: false, linesAbove: 2, linesBelow: 1 },
  )
}
