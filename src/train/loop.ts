import { setImmediate as turn } from 'node:timers/promises'
import type { Random } from '../core/random.js'
import { epochOrder } from '../data/batches.js'
import type { Loader } from '../data/loader.js'
import { isMixed } from '../data/mix.js'
import type { Program } from '../model/program.js'
import { weightOf } from '../model/losses.js'
import type { RunSpec } from '../spec/run-spec.js'
import type { Clock, EpochMetrics } from '../store/records.js'
import type { Scores } from './evaluate.js'
import { completeEpoch, isPatienceOver, type LoopState } from './loop-state.js'
import { momentsOf, type MomentAt } from './moments.js'

export interface LoopParts {
  readonly spec: RunSpec
  readonly program: Program
  readonly loader: Loader
  /** Source indices of the training images. */
  readonly train: Int32Array
  readonly random: Random
  /** Scores the validation split; null without one. */
  readonly validate: (() => Promise<Scores>) | null
  readonly observers: readonly Observer[]
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** Watches a run; observers write and show, they never change what is computed. */
export interface Observer {
  step?(state: LoopState, steps: number): void
  epoch?(state: LoopState, report: EpochReport): Promise<void>
  stopped?(state: LoopState): Promise<void>
}

export interface EpochReport {
  readonly metrics: EpochMetrics
  readonly improved: boolean
  readonly seconds: number
  /** Images trained on in these seconds: fewer than the epoch's in the first one after a resume. */
  readonly images: number
  /** Steps of an epoch. */
  readonly steps: number
}

export type LoopEnd = 'completed' | 'stopped_early' | 'interrupted' | 'diverged'

const turnEveryMilliseconds = 50

/**
 * Trains from `state`, which it moves forward, to the last epoch or until something stops it. An epoch's learning rate is
 * the one in use at its start. Its training loss is the mean over all its images: each batch's mean counts as much as the
 * images in it weigh.
 */
export async function runLoop(parts: LoopParts, state: LoopState): Promise<LoopEnd> {
  const { spec, validate, observers, clock } = parts
  const momentAt = momentsOf(spec, parts.loader.steps)
  while (state.epoch < spec.trainer.epochs && !isPatienceOver(state, spec)) {
    const started = clock()
    const imagesBefore = state.images
    const { learningRate } = momentAt({ ...state, step: 0 })
    const stop = await trainEpoch(parts, state, momentAt)
    if (stop !== null) return stop
    const images = state.images - imagesBefore
    const train = {
      loss: state.loss_sum / state.loss_weight,
      accuracy: state.correct / state.images,
    }
    const val = validate === null ? null : await validate()
    const metrics: EpochMetrics = {
      epoch: state.epoch + 1,
      learning_rate: learningRate,
      train_loss: train.loss,
      train_accuracy: train.accuracy,
      val_loss: val === null ? null : val.loss,
      val_accuracy: val === null ? null : val.accuracy,
    }
    if (val !== null && !Number.isFinite(val.loss)) return 'diverged'
    const improved = completeEpoch(state, metrics, spec)
    const seconds = (clock() - started) / 1000
    const report = { metrics, improved, seconds, images, steps: parts.loader.steps }
    for (const observer of observers) await observer.epoch?.(state, report)
  }
  return state.epoch < spec.trainer.epochs ? 'stopped_early' : 'completed'
}

/** The steps of one epoch from the cursor on; null when it is done. */
async function trainEpoch(
  parts: LoopParts,
  state: LoopState,
  momentAt: MomentAt,
): Promise<'interrupted' | 'diverged' | null> {
  const { program, loader, observers, clock } = parts
  const order = epochOrder(parts.train, parts.random.fork(`shuffle/${state.epoch}`))
  const weigh = weightOf(parts.spec.loss, isMixed(parts.spec.augmentation))
  let turned = clock()
  for await (const batch of loader.epoch(order, state.epoch, state.step)) {
    if (clock() - turned >= turnEveryMilliseconds) {
      await turn()
      turned = clock()
    }
    if (parts.signal.aborted) {
      for (const observer of observers) await observer.stopped?.(state)
      return 'interrupted'
    }
    const { loss, correct } = await program.trainStep(batch, momentAt(state))
    const weight = weigh(batch.y)
    if (weight > 0 && !Number.isFinite(loss)) return 'diverged'
    if (weight > 0) state.loss_sum += loss * weight
    state.loss_weight += weight
    state.correct += correct
    state.images += batch.count
    state.step += 1
    for (const observer of observers) observer.step?.(state, loader.steps)
  }
  return null
}
