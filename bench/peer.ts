import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** PyTorch in a process of its own, which times steps on request. */
export interface Peer {
  readonly version: string
  readonly pid: number
  /** Milliseconds of each of `repeats` training steps, or predictions. */
  time(request: {
    model: string
    batch: number
    repeats: number
    mode?: 'train' | 'infer'
  }): Promise<number[]>
  stop(): void
}

const script = fileURLToPath(new URL('pytorch.py', import.meta.url))

/** Starts the PyTorch of the system's own Python; undefined where there is none. */
export async function startPyTorch(threads: number): Promise<Peer | undefined> {
  const child = spawn('/usr/bin/python3', [script, String(threads)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const failed = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)))
  const read = async (): Promise<unknown> => {
    const line = await lines.next()
    return line.done === true ? undefined : JSON.parse(line.value)
  }
  const hello = (await Promise.race([read(), failed])) as { version: string } | undefined
  if (hello === undefined) return undefined
  return {
    version: hello.version,
    pid: child.pid as number,
    async time(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return (await read()) as number[]
    },
    stop: () => child.stdin.end(),
  }
}
