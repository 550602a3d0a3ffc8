import type { Tensor, Variable } from '@tensorflow/tfjs-core'

/** The declared shape and type of one step input; the batch size is part of the shape. */
export interface InputSpec {
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32'
}

export type Feed = Float32Array | Int32Array

/** A computation on named inputs: it may assign to the state's variables, and returns the outputs by name. */
export type StepFunction = (inputs: Record<string, Tensor>) => Record<string, Tensor>

export interface StepSpec {
  readonly inputs: Readonly<Record<string, InputSpec>>
  /** Every variable that the function reads or assigns. */
  readonly state: readonly Variable[]
}

/**
 * A step ready to run. Its state lives in buffers that all steps of one engine share by variable, so a full batch, a
 * last smaller batch and an evaluation step see the same weights.
 */
export interface CompiledStep {
  /** Runs once: feeds by input name, row-major; resolves to the outputs by name, row-major, owned by the caller. */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Feed>>
  /** Copies the state's buffers into the variables: before evaluation elsewhere, saving, or inspection. */
  read(): Promise<void>
  /** Copies the variables into the state's buffers: after they were changed outside a step, as by a restore. */
  write(): Promise<void>
  dispose(): Promise<void>
}

/** What a run records about its engine. */
export interface EngineFacts {
  readonly name: 'onnxruntime' | 'tensorflow' | 'cpu'
  readonly version: string
  readonly device: string
  readonly threads: number
}

export interface Engine {
  readonly facts: EngineFacts
  /** Prepares `fn` for these input shapes; an operation the engine has no rule for is `engine_unsupported`. */
  compile(fn: StepFunction, spec: StepSpec): Promise<CompiledStep>
  dispose(): Promise<void>
}
