import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A local HTTP server that answers as the test says and remembers what it was asked. */
export interface FileServer {
  readonly url: string
  readonly requests: { path: string; range: string | undefined }[]
  close(): Promise<void>
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export async function serve(answer: Answer): Promise<FileServer> {
  const requests: FileServer['requests'] = []
  const server = createServer((request, response) => {
    requests.push({ path: request.url!, range: request.headers.range })
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Serves bytes and honours ranges; `cutAfter` breaks the connection after so many bytes of the first answer. */
export function bytesAnswer(bytes: Uint8Array, options: { cutAfter?: number } = {}): Answer {
  let answers = 0
  return (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
      return
    }
    const headers = { 'content-type': 'application/gzip', 'content-length': bytes.length - start }
    if (start === 0) response.writeHead(200, headers)
    else {
      const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`
      response.writeHead(206, { ...headers, 'content-range': range })
    }
    const { cutAfter } = options
    if (cutAfter !== undefined && answers++ === 0) {
      response.write(bytes.subarray(start, start + cutAfter), () =>
        setTimeout(() => response.destroy(), 20),
      )
      return
    }
    response.end(bytes.subarray(start))
  }
}
