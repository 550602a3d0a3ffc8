import { BaseCommand, dryRun, type Input, type Output } from './base.js'
import type { Context } from './context.js'

/** `sweep`: many trainings that differ in the values of some words, and a leaderboard of them. */
export class Sweep extends BaseCommand<typeof Sweep> {
  static override summary = 'Train many variants and rank them.'
  static override description = `A word with several values is an axis: model=mlp,cnn or optimizer.lr=range(0.1,0.5,0.1). By default every
combination is trained; sampler=random draws sampler.trials of them, also from intervals. Each trial is an ordinary run;
a failed one does not end the sweep (exit code 5). A seed axis repeats every choice and is shown as mean and deviation.

key=zip(a,b)            axes that advance together
grid(k=a,b; l=c)        a sub-grid; several are run one after the other
'key=a when k=b'        a word that is there only with others
forbid(k=a; l=b)        combinations to leave out

sampler=grid|random     how trials are chosen
sampler.trials=20       how many choices sampler=random draws; each is trained once for every seed of a seed axis
sweep.objective=METRIC  what trials are ranked by: the best value METRIC reached; the monitored metric if not given
sweep.name=NAME         part of the sweep's id`
  static override examples = [
    '<%= config.bin %> <%= command.id %> model=mlp,cnn optimizer.lr=0.01,0.001',
    '<%= config.bin %> <%= command.id %> optimizer=sgd,adam seed=1,2,3 sweep.objective=val_accuracy',
    "<%= config.bin %> <%= command.id %> 'optimizer.lr=tag(log,interval(0.0001,0.1))' sampler=random sampler.trials=20",
    '<%= config.bin %> <%= command.id %> model=mlp,cnn --dry-run',
  ]
  static override flags = { 'dry-run': dryRun }
  static override usesModules = true

  protected async perform(input: Input<typeof Sweep>, context: Context): Promise<Output> {
    const { planSweep } = await import('../sweep/plan.js')
    const { showSweepPlan, startSweep } = await import('./sweeping.js')
    const plan = planSweep(input.words, context)
    return input.flags['dry-run'] ? showSweepPlan(plan) : startSweep(plan, context)
  }
}
