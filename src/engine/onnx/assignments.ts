import type { Variable } from '@tensorflow/tfjs-core'
import { stateOrder } from './layout.js'
import { packName, placeState } from './lower.js'
import type { Lowering } from './lowering.js'
import type { Trace } from './recorder.js'
import type { Pack } from './state.js'
import { emitGroup, flat, type UpdateGroup } from './updates.js'
import type { Value } from './values.js'

/** Emits what each pack holds after the step; packs without an assigned variable are left out. */
export function emitAssignments(
  trace: Trace,
  lowering: Lowering,
  packs: readonly Pack[],
  groups: readonly UpdateGroup[],
): Map<Pack, string> {
  const whole = new Map<Pack, string>()
  for (const group of groups) {
    const pack = packOf(packs, group.variables)
    if (pack)
      whole.set(
        pack,
        emitGroup(group, lowering, (leaves) => join(leaves, lowering, packs)),
      )
  }
  const assigned = new Map(trace.assignments.map(({ variable, value }) => [variable, value]))
  for (const pack of packs) {
    if (whole.has(pack) || !pack.members.some((variable) => assigned.has(variable))) continue
    whole.set(pack, together(pack, assigned, lowering, packs))
  }
  return whole
}

/** One variable in its own shape, or several flat and side by side: those not assigned keep what they have. */
function together(
  pack: Pack,
  assigned: ReadonlyMap<Variable, Value>,
  lowering: Lowering,
  packs: readonly Pack[],
): string {
  const parts = pack.members.map((variable) => {
    const value = assigned.get(variable)
    const order = stateOrder(variable.shape.length)
    const name = value ? lowering.inOrder(value, order) : placeState(lowering, variable, packs).name
    return pack.members.length === 1 ? name : lowering.reshape(name, [variable.size])
  })
  const [only = ''] = parts
  return parts.length === 1
    ? only
    : lowering.graph.add('Concat', parts, { attributes: { axis: 0 } })
}

/** Leaves side by side: for the state itself that is how it lies. */
function join(leaves: readonly Value[], lowering: Lowering, packs: readonly Pack[]): string {
  const variables = leaves.flatMap(({ source }) =>
    source.kind === 'state' ? [source.variable] : [],
  )
  const pack = variables.length === leaves.length ? packOf(packs, variables) : undefined
  if (pack) return packName(packs, pack)
  const names = leaves.map((leaf) => flat(leaf, lowering))
  return lowering.graph.add('Concat', names, { attributes: { axis: 0 } })
}

/** The pack that holds exactly these variables, in this order. */
function packOf(packs: readonly Pack[], variables: readonly Variable[]): Pack | undefined {
  return packs.find(
    ({ members }) =>
      members.length === variables.length &&
      members.every((variable, index) => variable === variables[index]),
  )
}
