/** How long training goes on, in what a schedule counts. */
export interface Extent {
  readonly units: number
  readonly interval: 'epoch' | 'step'
}

/** How the learning rate changes, from unit to unit (epochs or steps), counted from 0. */
export interface Schedule<Config> {
  /** The rate in use during a unit, for a base rate; `metrics` are the monitored values of the epochs before it. */
  rate(config: Config, base: number, unit: number, metrics: readonly number[]): number
  /** The momentum in use during a unit, of a schedule that cycles it. */
  momentum?(config: Config, unit: number): number | null
  /** In a chain: what becomes of the rate before. A schedule without it sets the rate whatever it was. */
  next?(config: Config, base: number, unit: number, current: number): number
  /** What a reader may not expect of it in a training of this extent. */
  warnings?(config: Config, extent: Extent): string[]
}

/** What a schedule would do at a unit that training does not come to. */
export function neverReached(
  extent: Extent,
  events: readonly (readonly [unit: number, what: string])[],
): string[] {
  const end = `training ends after ${lengthOf(extent)}`
  return events
    .filter(([unit]) => unit >= extent.units)
    .map(([, what]) => `${what} is never reached: ${end}`)
}

/** `5 epochs`, `1 step`. */
export function lengthOf({ units, interval }: Extent): string {
  return `${units} ${interval}${units === 1 ? '' : 's'}`
}
