import type { Tensor } from '@tensorflow/tfjs-core'

/** The moment of an update: the learning rate now, and how many updates came before. */
export interface Moment {
  readonly learningRate: number
  readonly step: number
  /**
   * The rate now of parameters whose own base rate differs from the optimizer's. Without it a schedule multiplies all
   * alike: base * learningRate / lr.
   */
  readonly learningRateOf?: (base: number) => number
  /**
   * Where a schedule cycles it: the momentum at any step up to this one (Adam and its kin: beta1), counted in updates.
   * A function, since the averages depend on earlier values too and keep nothing beside their slots.
   */
  readonly momentum?: MomentumAt | null
}

export type MomentumAt = (step: number) => number

/** A number that changes from step to step, computed in float64; it enters the compiled step as an input. */
export type StepScalar = (moment: Moment) => number

/** How one parameter follows its gradient; the same rule serves every parameter of a group. */
export interface OptimizerRule {
  /** The tensors that each parameter keeps between updates, and the number that fills them at the start. */
  readonly slots: Readonly<Record<string, number>>
  readonly scalars: Readonly<Record<string, StepScalar>>
  update(given: Update): { parameter: Tensor; slots: Readonly<Record<string, Tensor>> }
}

/** One parameter, its gradient, and the rule's slots and scalars by name. */
export interface Update {
  readonly parameter: Tensor
  readonly gradient: Tensor
  readonly slot: (name: string) => Tensor
  readonly scalar: (name: string) => Tensor
}

/** The momentum at any step: the schedule's where it cycles it, else the config's. */
export function momentumOf({ momentum }: Moment, constant: number): MomentumAt {
  return momentum ?? (() => constant)
}
