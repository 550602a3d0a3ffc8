import type { LayersModel } from '@tensorflow/tfjs-layers'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import { readJson, recoverDirectory, replaceDirectory, writeFileSynced } from '../core/files.js'
import { sha256 } from '../core/hash.js'
import type { Program } from '../model/program.js'
import type { TensorData } from '../core/safetensors.js'
import { decodeWeights, encodeModel, restoreWeights } from '../model/weights.js'
import { recordVersion } from '../spec/run-spec.js'
import { checkVersion } from '../store/records.js'
import type { LoopState } from './loop-state.js'
import { readModelCard, type ModelCard } from './model-card.js'

export interface CheckpointParts {
  readonly model: LayersModel
  readonly program: Program
  readonly state: LoopState
  readonly card: ModelCard
}

/** `state.json` of a checkpoint: the loop's state, and the hashes that the other files must have. */
interface CheckpointRecord {
  readonly record_version: number
  readonly state: LoopState
  readonly files: Readonly<Record<string, string>>
}

/** Replaces a checkpoint directory whole: model, evaluated weights, what training needs beside them, cursor. */
export async function saveCheckpoint(directory: string, parts: CheckpointParts): Promise<void> {
  const { model, program, state, card } = parts
  await program.read()
  const { modelJson, weights } = program.evaluated(() => encodeModel(model, { atelier: card }))
  const files = {
    'model.json': Buffer.from(`${JSON.stringify(modelJson)}\n`),
    'weights.bin': weights,
    'state.safetensors': program.encodeState(),
  }
  const record: CheckpointRecord = {
    record_version: recordVersion,
    state,
    files: Object.fromEntries(Object.entries(files).map(([name, data]) => [name, sha256(data)])),
  }
  await replaceDirectory(directory, async (fresh) => {
    for (const [name, data] of Object.entries(files)) await writeFileSynced(join(fresh, name), data)
    await writeFileSynced(join(fresh, 'state.json'), `${JSON.stringify(record, null, 2)}\n`)
  })
}

/** Puts a checkpoint's weights and state into a program and returns its cursor; undefined if there is none. */
export async function restoreCheckpoint(
  directory: string,
  model: LayersModel,
  program: Program,
): Promise<LoopState | undefined> {
  await recoverDirectory(directory)
  const record = await readRecord(directory)
  if (record === undefined) return undefined
  await loadWeights(directory, model)
  program.restoreState(await readVerified(directory, 'state.safetensors', record))
  await program.write()
  return record.state
}

/** The card of the model in a directory. */
export async function loadCard(directory: string): Promise<ModelCard> {
  return readModelCard(await readJson(join(directory, 'model.json')), join(directory, 'model.json'))
}

/**
 * Puts a directory's weights into a model; `checkpoint_mismatch` names the first weight that does not fit. Returns the
 * epochs they were trained for, null where only the model was copied here.
 */
export async function loadWeights(directory: string, model: LayersModel): Promise<number | null> {
  const { tensors, epoch } = await readWeights(directory)
  restoreWeights(model, tensors)
  return epoch
}

/** The weights in a directory by name, and the epochs they were trained for, null where only the model was copied here. */
export async function readWeights(
  directory: string,
): Promise<{ tensors: Map<string, TensorData>; epoch: number | null }> {
  const record = await readRecord(directory)
  await readVerified(directory, 'model.json', record)
  const modelJson = await readJson(join(directory, 'model.json'))
  const weights = await readVerified(directory, 'weights.bin', record)
  return {
    tensors: decodeWeights(modelJson, weights),
    epoch: record === undefined ? null : record.state.epoch,
  }
}

async function readRecord(directory: string): Promise<CheckpointRecord | undefined> {
  const path = join(directory, 'state.json')
  const record = await readJson(path)
  if (record === undefined) return undefined
  checkVersion(record, path)
  return record as CheckpointRecord
}

/** A file of a checkpoint; `run_corrupt` if it is missing or its hash is not the recorded one. */
async function readVerified(
  directory: string,
  name: string,
  record: CheckpointRecord | undefined,
): Promise<Buffer> {
  const path = join(directory, name)
  let data: Buffer
  try {
    data = await readFile(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    throw new AppError('run_corrupt', `${path} is missing`, { cause: error })
  }
  const expected = record?.files[name]
  if (expected !== undefined && sha256(data) !== expected) {
    throw new AppError('run_corrupt', `${path} is damaged: its SHA-256 is not the recorded one`, {
      hint: 'Use another checkpoint of the run (:best or :last), or train again.',
    })
  }
  return data
}
