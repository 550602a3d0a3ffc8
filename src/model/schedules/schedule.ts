/** How the learning rate changes: a function of the epoch, counted from 0. */
export interface Schedule<Config> {
  factor(config: Config, epoch: number): number
  /** The epochs at which the rate jumps, ascending. */
  milestones(config: Config): readonly number[]
}
