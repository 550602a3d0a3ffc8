import { AppError } from '../core/errors.js'
import { decodeSafetensors, encodeSafetensors, type TensorData } from '../core/safetensors.js'
import { assignValues, type NamedVariable } from './variables.js'

/** Saves optimizer slots as a safetensors file; read the program first, so that the variables are current. */
export function encodeOptimizerState(state: readonly NamedVariable[]): Uint8Array {
  return encodeSafetensors(
    new Map(
      state.map(({ name, variable }): [string, TensorData] => {
        const data = variable.dataSync<'float32'>()
        return [name, { dtype: 'float32', shape: variable.shape, data }]
      }),
    ),
  )
}

/** Overwrites the slots from such a file; `checkpoint_mismatch` names the first that does not fit. */
export function restoreOptimizerState(state: readonly NamedVariable[], file: Uint8Array): void {
  const tensors = decodeSafetensors(file)
  for (const { name, variable } of state) {
    if (tensors.get(name)?.shape.join() !== variable.shape.join()) throw mismatch(name)
  }
  const known = new Set(state.map(({ name }) => name))
  for (const name of tensors.keys()) if (!known.has(name)) throw mismatch(name)
  for (const { name, variable } of state) {
    assignValues(variable, (tensors.get(name) as TensorData).data)
  }
}

function mismatch(name: string): AppError {
  return new AppError(
    'checkpoint_mismatch',
    `The optimizer state of the checkpoint does not fit the optimizer: '${name}'`,
  )
}
