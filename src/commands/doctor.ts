import { BaseCommand, type Input, type Output } from './base.js'
import type { Context } from './context.js'

/** `doctor`: what there is to compute with, and what is missing. */
export class Doctor extends BaseCommand<typeof Doctor> {
  static override summary = 'Show engines, devices and versions, and what is missing.'
  static override description = `Tries each engine on each of its devices, and looks at Node, the processor, the packages, \
the directories that are written to, and the data. For what is missing it says what to do.
Nothing is written or downloaded.

engine=NAME, engine.device=DEVICE and run.root=DIR ask about other choices than the
defaults. The exit code is 0 unless something that is required does not work.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> engine=onnxruntime engine.device=webgpu',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  protected async perform(input: Input<typeof Doctor>, context: Context): Promise<Output> {
    const { composeRoot } = await import('../config/compose.js')
    const { config } = composeRoot('doctor', input.words, context)
    const { examine } = await import('./doctoring/examine.js')
    const { report } = await import('./doctoring/report.js')
    return report(await examine(config, context))
  }
}
