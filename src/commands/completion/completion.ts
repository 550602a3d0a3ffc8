import { AppError } from '../../core/errors.js'
import { lookUp } from '../../core/table.js'
import { BaseCommand, type Input, type Output } from '../base.js'
import { completionScripts } from './scripts.js'

/** `completion`: what a shell runs to complete commands, flags, groups, options and keys. */
export class Completion extends BaseCommand<typeof Completion> {
  static override summary = 'Print the completion script of a shell.'
  static override description = `SHELL is bash, zsh or fish. The script completes commands, flags, config groups with their
options (also those behind --config-dir), config keys, and the values a key can have.

  bash   eval "$(atelier completion bash)"        in ~/.bashrc
  zsh    eval "$(atelier completion zsh)"         in ~/.zshrc, behind compinit
  fish   atelier completion fish | source         in ~/.config/fish/config.fish`
  static override usage = '<%= command.id %> SHELL'
  static override examples = ['eval "$(<%= config.bin %> <%= command.id %> bash)"']
  static override positionals = 1

  protected perform(input: Input<typeof Completion>): Promise<Output> {
    const [shell] = input.positionals
    if (shell === undefined) {
      throw new AppError('usage', 'For which shell?', {
        hint: `Shells: ${Object.keys(completionScripts).join(', ')}.`,
      })
    }
    const script = lookUp<string>(completionScripts, shell, 'shell', 'usage')
    return Promise.resolve({ result: { shell, script }, text: script })
  }
}
