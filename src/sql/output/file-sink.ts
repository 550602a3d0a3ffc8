import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { AppError, writeError } from '../../core/errors.js'
import type { Clock } from '../../store/records.js'
import type { Block } from './blocks.js'
import { compressions, type CompressionName } from './compression.js'
import type { Encoder } from './formats.js'
import type { Position } from './journal.js'
import type { Sink } from './sink.js'
import type { UnfinishedFile } from './unfinished.js'

/** What a kill costs at most: so much time, or so many blocks. */
const checkpointMilliseconds = 2000
const checkpointBlocks = 64

interface FileSinkOptions {
  readonly compression: CompressionName
  readonly clock: Clock
  readonly openEncoder: (state: unknown) => Promise<Encoder>
}

/**
 * A file of encoded blocks. One block is compressed and written while the next one is read; now and then the file is
 * synced and its journal replaced.
 */
export async function openFileSink(
  file: UnfinishedFile,
  { compression, clock, openEncoder }: FileSinkOptions,
): Promise<Sink> {
  const start = file.positions.at(-1) ?? null
  const compress = await compressions[compression].load()
  const encoder = await openEncoder(start?.state)
  const hash = createHash('sha256')
  const handle = await openAt(file, start?.bytes ?? 0, hash)
  let bytes = start?.bytes ?? 0
  let blocks = start?.blocks ?? 0
  let latest = start
  let checkpointed = { time: -Infinity, blocks }
  let pending = Promise.resolve()

  async function store(piece: Uint8Array, position: Omit<Position, 'bytes'> | null): Promise<void> {
    try {
      const packed = piece.length === 0 ? piece : await compress(piece)
      hash.update(packed)
      await handle.writeFile(packed)
      bytes += packed.length
      if (position === null) return
      latest = { ...position, bytes }
      if (isDue(latest)) await checkpoint(latest)
    } catch (error) {
      throw writeError(error, file.path)
    }
  }

  function isDue(position: Position): boolean {
    return (
      clock() - checkpointed.time >= checkpointMilliseconds ||
      position.blocks - checkpointed.blocks >= checkpointBlocks
    )
  }

  async function checkpoint(position: Position): Promise<void> {
    await handle.datasync()
    await file.record([position])
    checkpointed = { time: clock(), blocks: position.blocks }
  }

  return {
    start,
    async write(block) {
      const piece = encoder.block(block.rows, block.endsProduct)
      blocks += 1
      const position = positionAfter(block, blocks, encoder)
      await pending
      pending = store(piece, position)
      pending.catch(() => undefined)
      return true
    },
    async finish() {
      await pending
      await store(encoder.end(), null)
      try {
        await handle.sync()
        await handle.close()
      } catch (error) {
        throw writeError(error, file.path)
      }
      await file.complete()
      return { bytes, sha256: hash.digest('hex'), records: null }
    },
    async leave() {
      await pending.catch(() => undefined)
      if (latest !== null) await checkpoint(latest).catch(() => undefined)
      await handle.close().catch(() => undefined)
      return file.leave()
    },
  }
}

/** A product without an identifier cannot be gone on from. */
function positionAfter({ endsProduct, key, counts }: Block, blocks: number, encoder: Encoder) {
  const state = encoder.state()
  return endsProduct && key !== null && state !== undefined ? { key, blocks, counts, state } : null
}

/** Opens the file for writing at a length, having hashed what is there; what lies behind is cut off. */
async function openAt(
  { data, path }: UnfinishedFile,
  length: number,
  hash: ReturnType<typeof createHash>,
): Promise<FileHandle> {
  if (length > 0) {
    const end = length - 1
    let read = 0
    for await (const piece of createReadStream(data, { end }) as AsyncIterable<Buffer>) {
      hash.update(piece)
      read += piece.length
    }
    if (read < length) {
      throw new AppError('data_mismatch', `${data} is shorter than its journal says`, {
        hint: 'Delete both to begin anew.',
      })
    }
  }
  try {
    const handle = await open(data, 'a')
    await handle.truncate(length)
    return handle
  } catch (error) {
    throw writeError(error, path)
  }
}
