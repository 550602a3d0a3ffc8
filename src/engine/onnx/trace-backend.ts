import * as tf from '@tensorflow/tfjs-core'
import type { Value } from './values.js'

type DataId = tf.DataId

/** What the backend asks of the trace in progress. */
export interface Tape {
  readonly constant: (values: ArrayLike<number>, shape: number[], dtype: string) => Value
  readonly refuseReading: () => never
}

/** A tfjs backend whose tensors hold no numbers: each data id stands for a value of the trace in progress. */
export class TraceBackend extends tf.KernelBackend {
  #tape: Tape | undefined
  readonly #entries = new Map<DataId, { readonly value: Value; references: number }>()

  start(tape: Tape): void {
    this.#tape = tape
  }

  /** Ends the trace; returns how many tensors it failed to dispose. */
  stop(): number {
    const left = this.#entries.size
    this.#entries.clear()
    this.#tape = undefined
    return left
  }

  symbolOf(dataId: DataId): Value | undefined {
    return this.#entries.get(dataId)?.value
  }

  /** Makes a data id that stands for a value. */
  stand(value: Value): DataId {
    const dataId = {}
    this.#entries.set(dataId, { value, references: 1 })
    return dataId
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    return this.stand(this.#running().constant(values as ArrayLike<number>, shape, dtype))
  }

  override readSync(): never {
    return this.#running().refuseReading()
  }

  override read(): never {
    return this.#running().refuseReading()
  }

  override move(): never {
    return this.#running().refuseReading()
  }

  override refCount(dataId: DataId): number {
    return this.#entries.get(dataId)?.references ?? 0
  }

  override incRef(dataId: DataId): void {
    const entry = this.#entries.get(dataId)
    if (entry) entry.references++
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const entry = this.#entries.get(dataId)
    if (!entry) return true
    entry.references--
    if (!force && entry.references > 0) return false
    this.#entries.delete(dataId)
    return true
  }

  override numDataIds(): number {
    return this.#entries.size
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true }
  }

  override timerAvailable(): boolean {
    return false
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override dispose(): void {
    this.#entries.clear()
  }

  #running(): Tape {
    if (!this.#tape) throw new Error('The trace backend is used outside a trace')
    return this.#tape
  }
}
