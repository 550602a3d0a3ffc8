import { BaseCommand, dryRun, type Input, type Output } from './base.js'
import type { Context } from './context.js'

/** `test`: a checkpoint on the test images, or on another split or data set. */
export class Test extends BaseCommand<typeof Test> {
  static override summary = 'Test a trained model.'
  static override description = `Writes accuracy, F1, a per-class table, the confusion matrix (CSV, SVG, PNG) and all \
predictions into the run's directory under eval/. checkpoint= is a run id, a unique \
prefix of one, \`latest\`, a run directory or a model.json,
with :best or :last behind it; best if there is one.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> checkpoint=latest',
    '<%= config.bin %> <%= command.id %> checkpoint=latest:last split=val',
    '<%= config.bin %> <%= command.id %> checkpoint=runs/default/RUN data=fashion_mnist --json',
  ]
  static override flags = { 'dry-run': dryRun }
  static override usesModules = true

  protected async perform(input: Input<typeof Test>, context: Context): Promise<Output> {
    const { prepareTest, runTest, showTestPlan } = await import('./testing.js')
    const prepared = await prepareTest(input.words, context)
    return input.flags['dry-run'] ? showTestPlan(prepared) : runTest(prepared, context)
  }
}
