import type { Variable } from '@tensorflow/tfjs-core'
import { ruleOf } from './kernels.js'
import { stateOrder } from './layout.js'
import type { Lowering } from './lowering.js'
import type { Trace } from './recorder.js'
import { fillOf, sameShape, sizeOf, type Call, type Value } from './values.js'

/**
 * Small variables whose new values are the same elementwise formula of tensors of their own shape: the many vectors of
 * a network under one optimizer. They are computed together, side by side.
 */
export interface UpdateGroup {
  readonly variables: readonly Variable[]
  readonly members: readonly Formula[]
}

interface Formula {
  readonly root: Value
  /** Tensors of the variable's shape that the formula starts from, in order of appearance. */
  readonly leaves: readonly Value[]
}

/** Beyond this size a pass over the elements costs more than what each node costs by itself. */
const small = 16_384

/** Finds the groups of two or more; those of more than `most` are parted. */
export function findUpdateGroups({ assignments }: Trace, most: number): UpdateGroup[] {
  const groups = new Map<string, { variables: Variable[]; members: Formula[] }>()
  for (const { variable, value } of assignments) {
    if (value.dtype !== 'float32' || variable.size > small) continue
    const described = describe(value)
    if (described.leaves.length === 0 || described.leaves[0] === value) continue
    const group = groups.get(described.text) ?? { variables: [], members: [] }
    group.variables.push(variable)
    group.members.push({ root: value, leaves: described.leaves })
    groups.set(described.text, group)
  }
  return [...groups.values()]
    .flatMap((group) => parted(group, most))
    .filter(({ variables }) => variables.length > 1)
}

function parted({ variables, members }: UpdateGroup, most: number): UpdateGroup[] {
  if (variables.length <= most) return [{ variables, members }]
  const count = Math.ceil(variables.length / most)
  return Array.from({ length: count }, (_, index) => ({
    variables: variables.slice(index * most, (index + 1) * most),
    members: members.slice(index * most, (index + 1) * most),
  }))
}

/** Emits a group's formula once, on its members' leaves joined by `join`; returns the flat result. */
export function emitGroup(
  { members }: UpdateGroup,
  lowering: Lowering,
  join: (leaves: readonly Value[]) => string,
): string {
  const [first] = members
  if (!first) throw new Error('An empty group')
  const names = new Map<number, string>()
  first.leaves.forEach((leaf, index) => {
    names.set(leaf.id, join(members.map(({ leaves }) => leaves[index] ?? leaf)))
  })
  const nameOf = (value: Value): string => {
    const known = names.get(value.id)
    if (known !== undefined) return known
    const call = partOf(value, first.root)
    const name = call
      ? combine(call, lowering, operandsOf(call).map(nameOf))
      : lowering.operand(value, [])
    names.set(value.id, name)
    return name
  }
  return nameOf(first.root)
}

/** A text that two formulas share exactly if they compute alike: leaves and shared parts by order of appearance. */
function describe(root: Value): { text: string; leaves: Value[] } {
  const seen = new Map<number, number>()
  const leaves: Value[] = []
  const visit = (value: Value): string => {
    const fill = fillOf(value)
    if (fill !== undefined) return `#${fill}`
    const order = seen.get(value.id)
    if (order !== undefined) return `@${order}`
    seen.set(value.id, seen.size)
    const call = partOf(value, root)
    if (call) {
      const settings = JSON.stringify(call.attributes)
      return `${call.kernel}${settings}(${operandsOf(call).map(visit).join()})`
    }
    if (!sameShape(value.shape, root.shape)) return `shared ${value.id}`
    leaves.push(value)
    return value.source.kind === 'state' ? 'state' : 'leaf'
  }
  return { text: visit(root), leaves }
}

/** The call that makes a value, where it is elementwise on tensors of the root's shape and single numbers. */
function partOf(value: Value, root: Value): Call | undefined {
  const { source } = value
  if (source.kind !== 'call' || !sameShape(value.shape, root.shape)) return undefined
  const { call } = source
  if (!ruleOf(call.kernel).combine) return undefined
  const fits = ({ shape }: Value) => sameShape(shape, root.shape) || sizeOf(shape) === 1
  return operandsOf(call).every(fits) ? call : undefined
}

function operandsOf(call: Call): Value[] {
  const { operands = [] } = ruleOf(call.kernel).combine ?? {}
  return operands.flatMap((name) => call.inputs[name] ?? [])
}

function combine(call: Call, lowering: Lowering, names: readonly string[]): string {
  const { combine: rule } = ruleOf(call.kernel)
  if (!rule) throw new Error(`${call.kernel} is not elementwise`)
  return rule.emit(lowering, names, call)
}

/** A leaf flat, in the layout of its variable. */
export function flat(value: Value, lowering: Lowering): string {
  const name = lowering.inOrder(value, stateOrder(value.shape.length))
  return lowering.reshape(name, [sizeOf(value.shape)])
}
