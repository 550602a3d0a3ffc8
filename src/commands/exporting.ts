import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { composeRoot } from '../config/compose.js'
import { AppError, systemCode, writeError } from '../core/errors.js'
import { shownPath, writeFileAtomic } from '../core/files.js'
import { sha256 } from '../core/hash.js'
import { formatTable } from '../core/terminal.js'
import type { ExportConfig } from '../spec/types.gen.js'
import { resolveCheckpoint, type CheckpointPlace } from '../store/references.js'
import type { Output } from './base.js'
import type { Context } from './context.js'
import { takeWords } from './special-words.js'

/** A composed `export`, the checkpoint it found, and where the files go. */
export interface PreparedExport {
  readonly config: ExportConfig
  readonly place: CheckpointPlace
  readonly target: Target
}

interface Target {
  readonly directory: string
  /** The name that `out=` gives the one file; null where files keep their own names. */
  readonly file: string | null
}

/** Composes the config and finds the checkpoint, named by `run=` or `checkpoint=`. */
export async function prepareExport(
  words: readonly string[],
  context: Context,
): Promise<PreparedExport> {
  const { taken, rest } = takeWords(words, ['run'])
  if (taken.run !== undefined && rest.some((word) => word.startsWith('checkpoint='))) {
    throw new AppError('usage', 'run= and checkpoint= name the same thing: give one of them')
  }
  const named = taken.run === undefined ? rest : [`checkpoint=${quoted(taken.run)}`, ...rest]
  const { config } = composeRoot('export', named, context)
  const place = await resolveCheckpoint(config.checkpoint, config.run.root)
  return { config, place, target: targetOf(config, place, context.cwd) }
}

/** What `--dry-run` shows: the config, the checkpoint, and where the files would go. */
export function showExportPlan(
  { config, place, target }: PreparedExport,
  context: Context,
): Output {
  const plan = {
    run: place.run,
    checkpoint: place.name,
    directory: shownPath(target.directory, context.cwd),
    files: fileNames[config.format].map((name) => target.file ?? name),
  }
  return { result: { config, ...plan }, text: `${stringify(config)}\n${stringify({ plan })}` }
}

/** Encodes the model, writes the files, and lists them. */
export async function runExport(
  { config, place, target }: PreparedExport,
  force: boolean,
  context: Context,
): Promise<Output> {
  const { exportModel } = await import('../train/export.js')
  const { kind, reason, files, weightHash } = await exportModel(place.directory, config.format)
  const outputs = [...files].map(([name, content]) => ({
    path: join(target.directory, target.file ?? name),
    content,
  }))
  const states = await Promise.all(outputs.map(stateOf))
  const taken = outputs.filter((_, index) => states[index] === 'replaced')
  if (taken.length > 0 && !force) throw occupied(taken.map(({ path }) => path))
  for (const [index, { path, content }] of outputs.entries()) {
    if (states[index] !== 'unchanged') await writeFileAtomic(path, content)
  }
  const written = outputs.map(({ path, content }, index) => ({
    path,
    bytes: content.length,
    sha256: sha256(content),
    state: states[index],
  }))
  if (reason !== null) context.log.info(`A GraphModel, because ${reason}.`)
  const rows = written.map(({ path, bytes, sha256: hash, state }) => {
    return [shownPath(path, context.cwd), bytes, hash, state === 'unchanged' ? 'unchanged' : '']
  })
  return {
    result: {
      checkpoint: place,
      format: config.format,
      kind,
      reason,
      weight_hash: weightHash,
      files: written,
    },
    text: formatTable([kind, 'bytes', 'sha256', ''], rows),
  }
}

/** The files of each format; `out=` may name one that stands alone. */
const fileNames: Readonly<Record<ExportConfig['format'], readonly string[]>> = {
  onnx: ['model.onnx'],
  tfjs: ['model.json', 'weights.bin'],
  safetensors: ['model.safetensors'],
}

function targetOf({ format, out }: ExportConfig, place: CheckpointPlace, cwd: string): Target {
  if (out === null) {
    if (place.run !== null) {
      return { directory: join(place.run, 'export', place.name), file: null }
    }
    throw new AppError('usage', `${place.directory} lies in no run directory`, {
      hint: 'Say with out= where the files shall go.',
    })
  }
  const path = resolve(cwd, out)
  const [name = '', second] = fileNames[format]
  if (extname(path) !== extname(name)) return { directory: path, file: null }
  if (second === undefined) return { directory: dirname(path), file: basename(path) }
  throw new AppError(
    'usage',
    `format=${format} makes ${name} and ${second}: out= names a directory`,
  )
}

/** As text, also where it is all digits. */
function quoted(value: string): string {
  return value.includes("'") ? value : `'${value}'`
}

type State = 'new' | 'unchanged' | 'replaced'

async function stateOf({ path, content }: { path: string; content: Uint8Array }): Promise<State> {
  try {
    const found = await readFile(path)
    return found.equals(content) ? 'unchanged' : 'replaced'
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'new'
    throw writeError(error, path)
  }
}

function occupied(paths: readonly string[]): AppError {
  return new AppError('output_unwritable', `${paths.join(' and ')} would be replaced`, {
    hint: 'Use --force to replace, or another out=.',
  })
}
