import { open } from 'node:fs/promises'
import { AppError, systemCode, writeError } from '../core/errors.js'
import { openSecrets } from '../core/secrets.js'

/** One HTTP request whose body is appended to a file. */
export interface Transfer {
  /** May refer to secrets, which are read here; failures are told without them. */
  readonly url: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly path: string
  /** Bytes the file already holds; the server is asked for what follows. */
  readonly offset: number
  readonly maximumBytes: number
  /** Milliseconds without a byte after which the connection counts as dead. */
  readonly stallMilliseconds: number
  readonly signal: AbortSignal | undefined
  /** Called as bytes arrive; `total` is 0 when the server does not tell. */
  onBytes(received: number, total: number): void
}

/**
 * A source that did not deliver. `broken`: the connection failed, what has arrived is good. `refused`: it does not serve
 * the file. `unfit`: what has arrived cannot become the file.
 */
export class TransferFailure extends Error {
  constructor(
    message: string,
    readonly kind: 'broken' | 'refused' | 'unfit',
    cause?: unknown,
  ) {
    super(message, { cause })
  }
}

/**
 * Requests a file from `offset` on and appends it; a server that ignores the range makes the file start over, and one
 * that has nothing from there on ends the transfer. Throws `TransferFailure` for what the source did, `AppError` for
 * what the disk or the user did.
 */
export async function transfer(request: Transfer): Promise<void> {
  const stalled = new AbortController()
  const url = openSecrets(request.url, request.env)
  const watch = setTimeout(() => stalled.abort(), request.stallMilliseconds)
  const signals = [stalled.signal, ...(request.signal === undefined ? [] : [request.signal])]
  try {
    const response = await fetch(url.text, {
      signal: AbortSignal.any(signals),
      headers: {
        'accept-encoding': 'identity',
        ...(request.offset > 0 ? { range: `bytes=${request.offset}-` } : {}),
      },
    })
    if (response.status === 416 && request.offset > 0) return
    const start = whereBodyStarts(response, request.offset)
    await append(response, start, request, () => watch.refresh())
  } catch (error) {
    if (error instanceof AppError || error instanceof TransferFailure) throw error
    if (request.signal?.aborted === true) {
      throw new AppError('interrupted', 'The download was interrupted', {
        hint: 'What has arrived is kept; the next run goes on from there.',
      })
    }
    const reason = stalled.signal.aborted
      ? `nothing arrived for ${request.stallMilliseconds / 1000} seconds`
      : networkReason(error)
    const told = url.mask(reason)
    throw new TransferFailure(told, 'broken', url.text === request.url ? error : undefined)
  } finally {
    clearTimeout(watch)
  }
}

function whereBodyStarts(response: Response, offset: number): number {
  const type = response.headers.get('content-type') ?? ''
  if (!response.ok) {
    throw new TransferFailure(
      `answered ${`${response.status} ${response.statusText}`.trim()}`,
      'refused',
    )
  }
  if (type.startsWith('text/html')) {
    throw new TransferFailure(`sent a web page (${type}) instead of the file`, 'refused')
  }
  if (response.status !== 206) return 0
  const range = response.headers.get('content-range') ?? ''
  if (!range.startsWith(`bytes ${offset}-`)) {
    throw new TransferFailure(`sent '${range}' when asked for bytes from ${offset} on`, 'unfit')
  }
  return offset
}

async function append(
  response: Response,
  start: number,
  request: Transfer,
  touch: () => void,
): Promise<void> {
  const length = Number(response.headers.get('content-length') ?? 0)
  const total = length === 0 ? 0 : start + length
  const body = response.body
  if (body === null) throw new TransferFailure('sent nothing', 'refused')
  const file = await writing(request.path, open(request.path, start === 0 ? 'w' : 'a'))
  try {
    let received = start
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      touch()
      received += chunk.length
      if (received > request.maximumBytes) {
        throw new TransferFailure(`sent more than ${request.maximumBytes} bytes`, 'unfit')
      }
      await writing(request.path, file.writeFile(chunk))
      request.onBytes(received, total)
    }
    await writing(request.path, file.sync())
  } finally {
    await file.close()
  }
}

async function writing<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw writeError(error, path)
  }
}

function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = systemCode(cause)
  if (code === 'UND_ERR_SOCKET') return 'the connection broke off'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host name is not known (${code})`
  if (code !== '') return `no connection (${code})`
  return cause instanceof Error ? cause.message : String(cause)
}
