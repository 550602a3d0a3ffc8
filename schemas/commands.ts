import { BaseCommand } from '../src/commands/base.js'
import { commands } from '../src/commands/commands.js'

/** The source of `src/commands/completion/command-facts.gen.ts`: what completion must know without loading a command. */
export function generateCommandFacts(): string {
  const facts = Object.fromEntries(
    Object.entries(commands).map(([id, command]) => [
      id.replace(':', ' '),
      { summary: command.summary, flags: flagsOf(command) },
    ]),
  )
  return [
    '// Generated from src/commands by `npm run generate`. Do not edit.',
    `export const commandFacts = ${JSON.stringify(facts, null, 2)} as const`,
    '',
  ].join('\n')
}

interface FlagLike {
  readonly type: string
  readonly summary?: string
  readonly allowNo?: boolean
  readonly hidden?: boolean
}

function flagsOf(command: { readonly flags?: object }) {
  const flags = { ...command.flags, ...BaseCommand.baseFlags } as Record<string, FlagLike>
  const shown = Object.entries(flags).filter(([, flag]) => flag.hidden !== true)
  return Object.fromEntries(
    shown.flatMap(([name, { type, summary = '', allowNo = false }]) => {
      const fact = { summary, takesValue: type === 'option' }
      return allowNo
        ? [
            [name, fact],
            [`no-${name}`, fact],
          ]
        : [[name, fact]]
    }),
  )
}
