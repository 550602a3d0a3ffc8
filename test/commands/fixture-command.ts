import { join } from 'node:path'
import { BaseCommand, type Input, type Output } from '../../src/commands/base.js'
import type { Context } from '../../src/commands/context.js'
import { loadOclif } from '../../src/commands/oclif.js'
import { guardStreams } from '../../src/commands/output.js'
import { AppError } from '../../src/core/errors.js'
import { root } from '../cli.js'

/** A command that does what its word `do=…` says, to see how the base treats each ending. */
class Fixture extends BaseCommand<typeof Fixture> {
  static override id = 'fixture'

  protected async perform({ words }: Input<typeof Fixture>, context: Context): Promise<Output> {
    context.log.warn('mind the gap')
    switch (words[0]) {
      case 'do=bug':
        throw new TypeError('undefined is not a function')
      case 'do=partial':
        return {
          result: { done: 2 },
          text: 'two of three',
          failure: new AppError('trials_failed', '1 of 3 trials failed'),
        }
      case 'do=wait':
        await untilAborted(context.signal)
        return { result: { saved: true }, text: 'saved' }
      case 'do=hang':
        context.signal.addEventListener('abort', () => {})
        return await new Promise(() => setInterval(() => {}, 1000))
      case 'do=stream':
        return { result: null, text: numbers() }
      default:
        return { result: { words }, text: words.join(' ') }
    }
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  const timer = setInterval(() => {}, 1000)
  process.stderr.write('waiting\n')
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  clearInterval(timer)
}

async function* numbers(): AsyncGenerator<string> {
  for (let i = 0; i < 1e6; i++) yield await Promise.resolve(`${i} ${'x'.repeat(1000)}\n`)
}

guardStreams((error) => {
  throw error
})
const about = { name: 'atelier', version: '0.0.0', description: '' }
const target = join(root, 'src', 'commands', 'commands.ts')
await new Fixture(process.argv.slice(2), await loadOclif(root, about, target)).run()
