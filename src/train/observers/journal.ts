import type { RunDirectory } from '../../store/run-directory.js'
import type { Observer } from '../loop.js'

/** Writes each epoch to the run's journal and `metrics.csv`. */
export function journal(run: RunDirectory): Observer {
  return {
    async epoch(state, { metrics, seconds, images }) {
      run.record({ kind: 'epoch', metrics, seconds, images_per_second: images / seconds })
      await run.writeMetrics(state.history)
    },
  }
}
