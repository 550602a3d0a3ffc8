import { join } from 'node:path'
import type { Program } from '../../model/program.js'
import type { RunDirectory } from '../../store/run-directory.js'
import { saveCheckpoint } from '../checkpoint.js'
import type { LoopState } from '../loop-state.js'
import type { Observer } from '../loop.js'
import { modelCard } from '../model-card.js'
import type { Plan } from '../plan.js'

/** Keeps `best`, `last` and, where asked for, `step-N`; `last` comes after the others, so a resumed run repeats them. */
export function checkpoints(run: RunDirectory, plan: Plan, program: Program): Observer {
  const { every } = plan.spec.trainer.checkpoint
  const card = modelCard(plan, run.id)
  const save = async (name: string, state: LoopState) => {
    const directory = join(run.path, 'checkpoints', name)
    await saveCheckpoint(directory, { model: plan.model, program, state, card })
    run.record({ kind: 'checkpoint', name, epoch: state.epoch })
  }
  return {
    async epoch(state, { improved, steps }) {
      if (improved) await save('best', state)
      if (every !== null && state.epoch % every === 0) {
        await save(`step-${state.epoch * steps}`, state)
      }
      await save('last', state)
    },
    async stopped(state) {
      await save('last', state)
    },
  }
}
