import { fileURLToPath } from 'node:url'
import type { Config } from '@oclif/core'
import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import { reportFailure, wantsJson } from './base.js'
import { commands } from './commands.js'
import { helpTopics } from './help-topics.js'
import { loadOclif, type About } from './oclif.js'
import { guardStreams, writeOut } from './output.js'

/** For oclif, which reads the commands from this module. */
export { commands }

const target = fileURLToPath(import.meta.url)

/** Runs the command that the words name; every failure ends as one report and an exit code. */
export async function main(words: readonly string[], root: string, about: About): Promise<void> {
  const json = wantsJson(words)
  const report = (error: unknown): void => reportFailure(error, { json })
  guardStreams((error) => reportFailure(error, { json: false }))
  process.on('uncaughtException', (error) => {
    report(error)
    process.exit()
  })
  try {
    await dispatch(words, await loadOclif(root, about, target))
  } catch (error) {
    report(error)
  }
}

async function dispatch(words: readonly string[], config: Config): Promise<void> {
  const asked = beforeDashes(words)
  if (asked.length === 0 || asked[0] === 'help' || asked.some(isHelp)) {
    await showHelp(asked, config)
    return
  }
  const { id, rest } = split(words)
  if (id !== undefined) {
    await new commands[id]([...rest], config).run()
    return
  }
  if (words.length > 1 || config.findTopic(words[0] ?? '') === undefined)
    throw unknownCommand(words)
  await showHelp(words, config)
}

async function showHelp(words: readonly string[], config: Config): Promise<void> {
  const subject = words.filter((word) => !isHelp(word) && word !== 'help')
  const topic = helpTopics[subject[0] ?? '']
  if (topic !== undefined) {
    await writeOut(topic())
    return
  }
  const { id } = split(subject)
  const [first = ''] = subject
  if (id === undefined && first !== '' && config.findTopic(first) === undefined) {
    throw unknownCommand(subject)
  }
  const { printHelp } = await import('./print-help.js')
  await printHelp(config, id?.split(':') ?? subject.slice(0, 1))
}

function split(words: readonly string[]): { id?: keyof typeof commands; rest: readonly string[] } {
  for (const length of [2, 1]) {
    const id = words.slice(0, length).join(':')
    if (words.length >= length && isCommand(id)) return { id, rest: words.slice(length) }
  }
  return { rest: words }
}

function isCommand(id: string): id is keyof typeof commands {
  return Object.hasOwn(commands, id)
}

function unknownCommand(words: readonly string[]): AppError {
  const [first = '', second = ''] = words
  const names = Object.keys(commands).map((id) => id.replace(':', ' '))
  if (first.startsWith('-')) {
    return new AppError('usage', `Unknown flag ${first}: a command comes first`, {
      suggestions: nearest(first, ['--help', '--version']),
      hint: 'See `atelier --help`.',
    })
  }
  if (/[=~+]/.test(first)) {
    return new AppError('usage', `'${first}' is an override: a command comes first`, {
      hint: `For example: atelier train ${first}`,
    })
  }
  const isTopic = names.some((name) => name.startsWith(`${first} `))
  const typed = isTopic && second !== '' ? `${first} ${second}` : first
  const close = nearest(typed, names)
  return new AppError('unknown_command', `Unknown command '${typed}'`, {
    suggestions: close.length > 0 ? close : names.filter((name) => name.startsWith(`${first} `)),
    hint: `Commands: ${names.join(', ')}.`,
  })
}

function isHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h'
}

function beforeDashes(words: readonly string[]): readonly string[] {
  const dashes = words.indexOf('--')
  return dashes === -1 ? words : words.slice(0, dashes)
}
