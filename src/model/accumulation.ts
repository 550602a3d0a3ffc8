/** How the batches of an epoch are taken together. */
export interface Accumulation {
  /** Batches per update. */
  readonly accumulate: number
  /** Batches per epoch; those that are left over at its end make an update of their own. */
  readonly stepsPerEpoch: number
}

/** How many updates an epoch makes. */
export function updatesPerEpoch({ accumulate, stepsPerEpoch }: Accumulation): number {
  return Math.ceil(stepsPerEpoch / accumulate)
}

/** The update that a batch belongs to, and whether it completes it; both count from 0 over the whole run. */
export function updateOf(
  step: number,
  accumulation: Accumulation,
): { update: number; completes: boolean } {
  const { accumulate, stepsPerEpoch } = accumulation
  const epoch = Math.floor(step / stepsPerEpoch)
  const inEpoch = step - epoch * stepsPerEpoch
  const update = epoch * updatesPerEpoch(accumulation) + Math.floor(inEpoch / accumulate)
  const completes = (inEpoch + 1) % accumulate === 0 || inEpoch + 1 === stepsPerEpoch
  return { update, completes }
}
