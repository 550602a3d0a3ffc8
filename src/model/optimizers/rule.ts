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

/** How one parameter follows its gradient; the same rule serves every parameter. */
export interface OptimizerRule {
  /** Names of the tensors that each parameter keeps between updates; they start at zero. */
  readonly slots: readonly string[]
  /** Numbers that change from step to step, computed in float64; they enter the compiled step as inputs. */
  scalars(moment: Moment): Record<string, number>
  update(
    parameter: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    scalars: Readonly<Record<string, Tensor>>,
  ): { parameter: Tensor; slots: Record<string, Tensor> }
}
