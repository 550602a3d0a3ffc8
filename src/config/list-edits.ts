import { nearest } from '../core/table.js'
import { configError } from './config-error.js'
import { equalNodes } from './equal.js'
import { textOf } from './interpolation/text.js'
import { type ListNode, type Node, type Origin, cloneNode, pathOf, rememberList } from './tree.js'

/** A change of a list by values: where they go, or that they are taken out. */
export interface ListChange {
  readonly action: 'append' | 'prepend' | 'insert' | 'remove'
  /** Where `insert` puts the values; below zero it counts from the end. */
  readonly index: bigint
  readonly values: readonly Node[]
  readonly origin: Origin
}

/** Changes a list in place; every removed value must be there, and goes everywhere it is. */
export function editList(list: ListNode, change: ListChange): void {
  rememberList(list, change.origin)
  if (change.action === 'remove') {
    for (const value of change.values) removeValue(list, value, change.origin)
    return
  }
  const copies = change.values.map(cloneNode)
  for (const copy of copies) copy.parent = list
  list.items.splice(placeOf(list, change), 0, ...copies)
}

function placeOf(list: ListNode, { action, index, origin }: ListChange): number {
  const { length } = list.items
  if (action === 'append') return length
  if (action === 'prepend') return 0
  const place = index < 0n ? BigInt(length) + index : index
  if (place >= 0n && place <= BigInt(length)) return Number(place)
  throw configError('composition', `${nameOf(list)} has ${length} items, so no place ${index}`, {
    origin,
    code: 'override_target',
  })
}

function removeValue(list: ListNode, value: Node, origin: Origin): void {
  const kept = list.items.filter((item) => !equalNodes(item, value))
  if (kept.length === list.items.length) {
    const text = textOf(value)
    throw configError('composition', `${nameOf(list)} has no item ${text} to remove`, {
      origin,
      code: 'override_target',
      suggestions: nearest(text, list.items.map(textOf)),
    })
  }
  list.items.splice(0, list.items.length, ...kept)
}

function nameOf(list: ListNode): string {
  return `The list '${pathOf(list).join('.')}'`
}
