import { spawn } from 'node:child_process'
import { accessSync, constants, createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { stockProgram, type StockResults } from './stock-tfjs.js'

const require = createRequire(import.meta.url)

/** The packages whose bundles a page loads, in order. */
const packages: Readonly<Record<string, string>> = {
  core: require.resolve('@tensorflow/tfjs-core/package.json'),
  'backend-cpu': require.resolve('@tensorflow/tfjs-backend-cpu/package.json'),
  layers: require.resolve('@tensorflow/tfjs-layers/package.json'),
  converter: require.resolve('@tensorflow/tfjs-converter/package.json'),
}

/** Where Chromium is; undefined where it is not installed. */
export function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const places = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap((name) => places.map((place) => join(place, name))).find(isExecutable)
}

/** Loads the cases in a directory in headless Chromium, over HTTP, with tfjs' own bundles; results by case. */
export async function runInChromium(
  program: string,
  directory: string,
  cases: readonly { readonly name: string; readonly kind: string }[],
): Promise<StockResults> {
  let finish: (text: string) => void = () => {}
  const finished = new Promise<string>((resolve) => (finish = resolve))
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/')
    if (request.method === 'POST') {
      void textOf(request).then(finish)
      response.end()
      return
    }
    if (path === '/') {
      response.setHeader('content-type', 'text/html').end(page(cases))
      return
    }
    const file = path.startsWith('/tf/') ? bundlePath(path.slice(4)) : join(directory, path)
    createReadStream(file)
      .on('error', () => response.writeHead(404).end())
      .pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const profile = mkdtempSync(join(tmpdir(), 'atelier-chromium-'))
  const browser = spawn(
    program,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'],
      `--user-data-dir=${profile}`,
      `http://127.0.0.1:${port}/`,
    ],
    { stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => browser.on('close', () => resolve()))
  try {
    const early = ended.then(() => Promise.reject(new Error('Chromium ended without a result')))
    const { error, results } = JSON.parse(await Promise.race([finished, early])) as {
      error?: string
      results: StockResults
    }
    if (error !== undefined) throw new Error(error)
    return results
  } finally {
    browser.kill()
    await ended
    server.close()
    server.closeAllConnections()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

function page(cases: readonly { readonly name: string; readonly kind: string }[]): string {
  const scripts = Object.keys(packages).map((name) => `<script src="/tf/${name}"></script>`)
  return `<!doctype html>${scripts.join('')}<script>
${stockProgram}
const report = (body) => fetch('/result', { method: 'POST', body: JSON.stringify(body) })
async function main() {
  const cases = []
  for (const { name, kind } of ${JSON.stringify(cases)}) {
    const images = await (await fetch('/' + name + '/images.json')).json()
    cases.push({ name, format: kind, source: '/' + name + '/model.json', images })
  }
  return logitsOf(tf, tf.loadLayersModel, tf.loadGraphModel, cases)
}
main().then((results) => report({ results }), (error) => report({ error: String(error.stack) }))
</script>`
}

function bundlePath(name: string): string {
  return join(dirname(packages[name] ?? ''), 'dist', `tf-${name}.min.js`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece as string
  return text
}
