import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { deviceRemedies, reasonOf, smallestGraph } from './onnx/providers.js'
import type { EngineChoice, EngineName } from './engines.js'
import { loadTensorflow } from './tensorflow-library.js'

/** Whether one device of an engine can be used here, and if not, why and what to do. */
export interface DeviceProbe {
  readonly engine: EngineName
  readonly device: EngineChoice['device']
  readonly version: string | null
  readonly usable: boolean
  readonly reason: string | null
  readonly remedy: string | null
}

/** Tries every engine on each of its devices, all at once, without keeping any of them. */
export async function probeEngines(): Promise<DeviceProbe[]> {
  const devices = ['cpu', 'webgpu', 'cuda'] as const
  const probes = await Promise.all(devices.map(probeOnnx))
  const { version } = require('@tensorflow/tfjs-core/package.json') as { version: string }
  return [...probes, ...probeTensorflow(), { ...usable('cpu', 'cpu'), version }]
}

const require = createRequire(import.meta.url)

/** In a process of its own: a provider may print on stderr, and a broken driver may end the process. */
const program = `
const [path, device, graph] = process.argv.slice(1)
const { InferenceSession, Tensor, env } = require(path)
env.logLevel = 'fatal'
const options = { executionProviders: [device], logSeverityLevel: 4 }
const run = async () => {
  const session = await InferenceSession.create(Buffer.from(graph, 'base64'), options)
  await session.run({ x: new Tensor('float32', new Float32Array(4), [2, 2]) })
}
const report = (reason) => console.log(JSON.stringify({ version: env.versions.node, reason }))
run().then(() => report(null), (error) => report(error.message))
`

const timeoutMilliseconds = 10_000

function probeOnnx(device: EngineChoice['device']): Promise<DeviceProbe> {
  return new Promise((resolve) => {
    const graph = Buffer.from(smallestGraph()).toString('base64')
    const words = ['-e', program, resolveRuntime(), device, graph]
    execFile(process.execPath, words, { timeout: timeoutMilliseconds }, (error, stdout) => {
      const told = parse(stdout)
      const { version } = told
      if (error === null && told.reason === null) {
        resolve({ ...usable('onnxruntime', device), version })
        return
      }
      const reason = told.reason ?? error?.message ?? 'it did not answer'
      resolve({
        ...missing('onnxruntime', device, reasonOf(reason), deviceRemedies[device]),
        version,
      })
    })
  })
}

/** A package that is missing altogether is the child's error to tell. */
function resolveRuntime(): string {
  try {
    return require.resolve('onnxruntime-node')
  } catch {
    return 'onnxruntime-node'
  }
}

function parse(stdout: string): { version: string | null; reason: string | null } {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ReturnType<typeof parse>
  } catch {
    return { version: null, reason: null }
  }
}

function probeTensorflow(): DeviceProbe[] {
  const attempt = loadTensorflow()
  if (attempt.kind === 'absent') {
    const remedy = 'Fetch it with `npm run install-tensorflow` (about 0.5 GB) on Node 20 or 22.'
    return [{ ...missing('tensorflow', 'cpu', attempt.reasons.join('; '), remedy), version: null }]
  }
  const { name, version, seesGpu } = attempt.library
  const remedy = 'Install CUDA 11.2 and cuDNN 8.1, which this TensorFlow was built for.'
  return [
    { ...usable('tensorflow', 'cpu'), version },
    seesGpu
      ? { ...usable('tensorflow', 'cuda'), version }
      : { ...missing('tensorflow', 'cuda', `${name} sees no GPU`, remedy), version },
  ]
}

function usable(engine: EngineName, device: EngineChoice['device']) {
  return { engine, device, usable: true, reason: null, remedy: null }
}

function missing(
  engine: EngineName,
  device: EngineChoice['device'],
  reason: string,
  remedy: string,
) {
  return { engine, device, usable: false, reason, remedy }
}
