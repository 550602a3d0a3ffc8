import { styleText } from 'node:util'

/**
 * Messages for people go to stderr, so that stdout carries results alone. Warnings are also kept, because the JSON
 * envelope repeats them.
 */
export interface Log {
  info(message: string): void
  warn(message: string): void
  readonly warnings: readonly string[]
}

export function createLog(options: { quiet: boolean }): Log {
  const warnings: string[] = []
  return {
    warnings,
    info(message) {
      if (!options.quiet) process.stderr.write(`${message}\n`)
    },
    warn(message) {
      warnings.push(message)
      process.stderr.write(`${paint('yellow', 'warning:', process.stderr)} ${message}\n`)
    },
  }
}

type Colour = 'red' | 'yellow' | 'green' | 'cyan' | 'bold' | 'dim'

/** Colours text for a terminal; plain text elsewhere or when NO_COLOR is set. */
export function paint(colour: Colour, text: string, stream: NodeJS.WriteStream): string {
  return usesColour(stream) ? styleText(colour, text) : text
}

function usesColour(stream: NodeJS.WriteStream): boolean {
  if (process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '') return false
  const forced = process.env['FORCE_COLOR']
  if (forced !== undefined && forced !== '' && forced !== '0') return true
  return stream.isTTY
}
