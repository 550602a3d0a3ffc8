import type { Log } from '../../core/log.js'
import type { Progress } from '../../core/terminal.js'
import type { RunSpec } from '../../spec/run-spec.js'
import type { Clock } from '../../store/records.js'
import type { Observer } from '../loop.js'

/** Shows loss, rate and remaining time while an epoch runs, and one line when it ends. */
export function display(spec: RunSpec, progress: Progress, log: Log, clock: Clock): Observer {
  const { epochs } = spec.trainer
  let shown = 0
  let started: { at: number; images: number } | undefined
  return {
    step(state, steps) {
      const now = clock()
      if (started === undefined) {
        started = { at: now, images: state.images }
        progress.start(`epoch ${state.epoch + 1}/${epochs}`, steps)
        return
      }
      if (now - shown < 100 || now === started.at) return
      shown = now
      const rate = ((state.images - started.images) / (now - started.at)) * 1000
      const loss = (state.loss_sum / state.loss_weight).toFixed(4)
      progress.update(state.step, `loss ${loss} ${Math.round(rate)} images/s`)
    },
    epoch(_state, { metrics, seconds, images, improved }) {
      progress.stop()
      started = undefined
      const validation =
        metrics.val_loss === null || metrics.val_accuracy === null
          ? ''
          : `  val loss ${metrics.val_loss.toFixed(4)} accuracy ${metrics.val_accuracy.toFixed(4)}`
      log.info(
        `epoch ${String(metrics.epoch).padStart(String(epochs).length)}/${epochs}` +
          `  loss ${metrics.train_loss.toFixed(4)} accuracy ${metrics.train_accuracy.toFixed(4)}` +
          `${validation}  lr ${Number(metrics.learning_rate.toPrecision(5))}` +
          `  ${Math.round(images / seconds)} images/s${improved ? '  best' : ''}`,
      )
      return Promise.resolve()
    },
    stopped() {
      progress.stop()
      return Promise.resolve()
    },
  }
}
