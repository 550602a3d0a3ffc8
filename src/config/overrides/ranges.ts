import { configError } from '../config-error.js'
import { floatText } from '../values.js'
import type { Numeric, RangeSweep } from './values.js'

const longest = 1_000_000n

/** The numbers of a range in order: integers where all bounds are, else floats added in decimal, so without drift. */
export function rangeValues(range: RangeSweep): (bigint | number)[] {
  const { start, step, scale, count } = measure(range)
  if (count > longest) {
    throw configError('other', `A range of more than ${longest} values is too long`)
  }
  const whole = [range.start, range.stop, range.step].every((bound) => typeof bound !== 'number')
  return Array.from({ length: Number(count) }, (_, index) => {
    const value = start + step * BigInt(index)
    return whole ? value : Number(`${value}e-${scale}`)
  })
}

/** Whether a range can be listed: its step is not zero, its bounds are finite, and it is not too long. */
export function isListable(range: RangeSweep): boolean {
  const finite = [range.start, range.stop, range.step].every((bound) =>
    Number.isFinite(Number(bound)),
  )
  return finite && Number(range.step) !== 0 && measure(range).count <= longest
}

/** Bounds as whole numbers of `10 ** -scale`, and how many values lie between them. */
function measure(range: RangeSweep): { start: bigint; step: bigint; scale: number; count: bigint } {
  const bounds = [range.start, range.stop, range.step].map(decimalOf)
  const scale = Math.max(...bounds.map(({ places }) => places))
  const [start = 0n, stop = 0n, step = 0n] = bounds.map(({ digits, places }) => {
    return digits * 10n ** BigInt(scale - places)
  })
  if (step === 0n) throw configError('other', 'The step of a range must not be zero')
  const count = (stop - start + step - (step > 0n ? 1n : -1n)) / step
  return { start, step, scale, count: count > 0n ? count : 0n }
}

interface Decimal {
  readonly digits: bigint
  readonly places: number
}

function decimalOf(value: Numeric): Decimal {
  if (typeof value !== 'number') return { digits: BigInt(value), places: 0 }
  if (!Number.isFinite(value)) {
    throw configError('other', `A range cannot be counted out with ${floatText(value)}`)
  }
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const places = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 }
}
