import { learningRate } from '../../src/model/schedules.js'
import { judge, notOffered, type Verdict } from './verdict.js'

interface ScheduleCase {
  readonly name: string
  readonly scheduler: string
  readonly base_lr: number
  readonly params: { readonly milestones: number[]; readonly gamma: number }
  readonly lr: readonly number[]
}

/** PyTorch's schedules: the rate of every epoch. */
export function judgeSchedulers({ cases }: { cases: readonly ScheduleCase[] }): Verdict[] {
  return cases.map(({ name, scheduler, base_lr, params, lr }) => {
    if (scheduler !== 'MultiStepLR') return notOffered(scheduler)
    const { milestones, gamma } = params
    if (new Set(milestones).size < milestones.length) return notOffered('repeated milestones')
    const got = lr.map((_, epoch) =>
      learningRate({ name: 'multi_step', milestones, gamma }, base_lr, epoch),
    )
    return judge(name, [{ expected: lr, got, tolerance: 1e-9 }])
  })
}
