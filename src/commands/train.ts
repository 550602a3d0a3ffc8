import { AppError } from '../core/errors.js'
import { BaseCommand, dryRun, type Input, type Output } from './base.js'
import type { Context } from './context.js'
import { takeWords } from './special-words.js'

/** `train`: one run, from a config, from a frozen spec, or from where an interrupted run stopped. */
export class Train extends BaseCommand<typeof Train> {
  static override summary = 'Train a model and keep the run.'
  static override description = `The config is composed, checked and frozen as spec.json in a new run directory; \
metrics, checkpoints and curves are written beside it. Without words it trains on \
embedded demo data in seconds.

spec=PATH repeats a run from its spec.json, bit for bit; further words change it and \
make a child run. resume=RUN goes on with a run that was interrupted, from its last \
checkpoint, and ends in the same bits.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> data=fashion_mnist model=cnn labels=garment_groups trainer.epochs=5',
    '<%= config.bin %> <%= command.id %> optimizer=sgd optimizer.lr=0.05 scheduler=multi_step',
    '<%= config.bin %> <%= command.id %> spec=runs/default/RUN/spec.json',
    '<%= config.bin %> <%= command.id %> resume=latest',
  ]
  static override flags = { 'dry-run': dryRun }
  static override usesModules = true

  protected async perform(input: Input<typeof Train>, context: Context): Promise<Output> {
    const { taken, rest } = takeWords(input.words, ['spec', 'resume'])
    const training = await import('./training.js')
    if (taken.resume !== undefined) {
      if (input.flags['dry-run'] || taken.spec !== undefined) {
        throw new AppError('usage', 'resume= goes on with a run as it is: it takes no other action')
      }
      return training.resume(taken.resume, rest, context)
    }
    const prepared = await training.prepare(taken.spec, rest, context)
    if (input.flags['dry-run']) return training.showPlan(prepared)
    return training.start(prepared, context)
  }
}
