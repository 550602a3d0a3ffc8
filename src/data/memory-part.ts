import type { Part } from './data-set.js'
import { partOf } from './part.js'

/** Bytes that all threads can read without a copy. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length))
}

/** A part whose images, height x width x channels each, all lie in one array. */
export function memoryPart(
  pixels: Uint8Array,
  labels: Int32Array,
  shape: readonly [number, number, number],
): Part {
  const store = { kind: 'memory', pixels } as const
  return partOf({ store, count: labels.length, stored: shape, resize: null }, labels)
}
