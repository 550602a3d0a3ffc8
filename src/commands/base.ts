import { join } from 'node:path'
import type { Interfaces } from '@oclif/core'
import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import { AppError } from '../core/errors.js'
import { createLog } from '../core/log.js'
import { openContext, type Context } from './context.js'
import { groupChoices } from './group-choices.js'
import { jsonForm } from './json-form.js'
import { signalExits, type Interruption } from './interruption.js'
import { writeOut } from './output.js'
import { asAppError, refuseSwitchValue } from './parse-error.js'
import { errorRecord, renderDefect, renderError } from './render-error.js'
import { sortTokens, type Token } from './words.js'

/** What the user typed after the command. */
export interface Input<T extends typeof Command> {
  /** Overrides in the order typed, `--delete KEY` as `~KEY`. */
  readonly words: readonly string[]
  readonly positionals: readonly string[]
  readonly flags: Interfaces.InferredFlags<(typeof BaseCommand)['baseFlags'] & T['flags']>
}

/** What a command hands back to be printed. */
export interface Output {
  /** The result for programs: the `result` of the JSON envelope. */
  readonly result: unknown
  /** The result for people, printed on stdout without `--json`. */
  readonly text: string | AsyncIterable<string>
  /** Set when there is a result, yet the command failed or was stopped; decides the exit code. */
  readonly failure?: AppError | undefined
}

const globalFlag = { helpGroup: 'GLOBAL' }

/** `--dry-run`, for the commands that have a plan to show. */
export const dryRun = Flags.boolean({
  summary: 'Compose and check everything, print the plan, write nothing.',
})

/**
 * The base of every command: it reads words and flags, calls `perform`, prints what comes back. Nothing else prints
 * an error or sets an exit code.
 */
export abstract class BaseCommand<T extends typeof Command> extends Command {
  static override strict = false
  static override usage: string | string[] = '<%= command.id %> [WORDS...] [FLAGS]'
  static override baseFlags = {
    json: Flags.boolean({ ...globalFlag, summary: 'Print one JSON document on stdout.' }),
    quiet: Flags.boolean({ ...globalFlag, summary: 'No progress and no notes on stderr.' }),
    'config-dir': Flags.string({
      ...globalFlag,
      summary: 'Directory of configs, searched before all others; may be repeated.',
      helpValue: 'DIR',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'config-name': Flags.string({
      ...globalFlag,
      summary: 'Name of the primary config, without .yaml, instead of the one of the command.',
      helpValue: 'NAME',
    }),
    'config-path': Flags.string({
      ...globalFlag,
      summary: 'Directory of configs, searched instead of the built-in ones and the settings.',
      helpValue: 'DIR',
    }),
    delete: Flags.string({
      ...globalFlag,
      summary: 'Delete a key, as the word ~KEY does.',
      helpValue: 'KEY',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  /** How many bare words the command takes beside overrides. */
  static positionals = 0

  /** Whether words that look like overrides are positional words too. */
  static literalWords = false

  /** Whether the command composes configs that may name data sets of the project's modules. */
  static usesModules = false

  protected abstract perform(input: Input<T>, context: Context): Promise<Output>

  override async run(): Promise<void> {
    const json = wantsJson(this.argv)
    const log = createLog({ quiet: this.argv.includes('--quiet') })
    const command = this.ctor.id.replaceAll(':', ' ')
    let context: Context | undefined
    try {
      const input = await this.#read()
      context = await openContext(log, input.flags)
      const { modules } = context.settings
      const { usesModules } = this.ctor as typeof BaseCommand
      if (usesModules && modules.length > 0) await context.addModules(modules)
      const { result, text, failure } = await this.perform(input, context)
      const outcome = { command, warnings: log.warnings, result }
      if (!json) await print(text)
      const stop = failure ?? stoppedBy(context.interruption)
      if (stop !== undefined) reportFailure(stop, { json, context, ...outcome })
      else if (json) await print(document({ status: 'ok', ...outcome }))
    } catch (error) {
      reportFailure(error, { json, context, command, warnings: log.warnings })
    }
  }

  async #read(): Promise<Input<T>> {
    const [typed, literal] = cutAtDashes(this.argv)
    const { raw, flags } = await this.#parse(typed)
    const tokens = raw.flatMap<Token>((token) => {
      if (token.type === 'arg') return { text: token.input, deletes: false }
      if (token.flag !== 'delete') return []
      return { text: token.input, deletes: true }
    })
    tokens.push(...literal.map((text) => ({ text, deletes: false })))
    const { positionals, literalWords } = this.ctor as typeof BaseCommand
    const sorted = sortTokens(tokens, {
      positionals,
      literalWords,
      flags: this.#flagNames,
      subcommands: this.#subcommands,
      groupChoices: () => groupChoices(join(this.config.root, 'configs')),
    })
    return { ...sorted, flags: flags as Input<T>['flags'] }
  }

  async #parse(typed: readonly string[]) {
    const { flags, baseFlags } = this.ctor
    for (const word of typed) refuseSwitchValue(word, { ...baseFlags, ...flags })
    try {
      return await this.parse({ flags, baseFlags, strict: false }, [...typed])
    } catch (error) {
      throw asAppError(error, this.#flagNames)
    }
  }

  /** The commands below this one, as `seed-demo` is below `sql-export`. */
  get #subcommands(): string[] {
    const before = `${this.ctor.id}:`
    const ids = this.config.commandIDs.filter((id) => id.startsWith(before))
    return ids.map((id) => id.slice(before.length))
  }

  get #flagNames(): string[] {
    return Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags })
  }
}

/** Whether `--json` was typed, known before anything is parsed, so that parse errors obey it too. */
export function wantsJson(argv: readonly string[]): boolean {
  return cutAtDashes(argv)[0].includes('--json')
}

/** What is known of a command when it fails. */
export interface FailureFacts {
  readonly json: boolean
  readonly command?: string
  readonly context?: Context | undefined
  readonly warnings?: readonly string[]
  /** What the command had achieved before it failed. */
  readonly result?: unknown
}

/** Reports a failure, on stderr and with `--json` on stdout, and sets the exit code. */
export function reportFailure(error: unknown, facts: FailureFacts): void {
  const isExpected = error instanceof AppError
  const known = isExpected ? error : new AppError('bug', messageOf(error), { cause: error })
  const exit = exitCode(known, facts.context?.interruption)
  process.exitCode = exit
  if (!isExpected) process.stderr.write(renderDefect(error))
  else if (!facts.json) process.stderr.write(renderError(known))
  if (!facts.json) return
  const { command = null, result, warnings = [] } = facts
  const record = errorRecord(known, exit)
  process.stdout.write(document({ status: 'error', command, error: record, result, warnings }))
}

function exitCode(error: AppError, interruption: Interruption | undefined): number {
  if (error.code !== 'interrupted' || interruption?.name === undefined) return error.exit
  return signalExits[interruption.name]
}

function stoppedBy(interruption: Interruption | undefined): AppError | undefined {
  if (interruption?.name === undefined) return undefined
  return new AppError('interrupted', `Stopped by ${interruption.name}`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function document(envelope: Record<string, unknown>): string {
  return `${JSON.stringify(envelope, jsonForm, 2)}\n`
}

async function print(text: Output['text']): Promise<void> {
  if (typeof text === 'string') {
    if (text !== '') await writeOut(text.endsWith('\n') ? text : `${text}\n`)
    return
  }
  for await (const piece of text) {
    if (!(await writeOut(piece))) return
  }
}

function cutAtDashes(
  argv: readonly string[],
): [typed: readonly string[], literal: readonly string[]] {
  const dashes = argv.indexOf('--')
  return dashes === -1 ? [argv, []] : [argv.slice(0, dashes), argv.slice(dashes + 1)]
}
