import { availableParallelism } from 'node:os'
import { AppError } from '../core/errors.js'
import type { EngineConfig } from '../spec/types.gen.js'
import type { Engine, EngineFacts } from './compile.js'

export type EngineName = EngineFacts['name']

type Device = EngineConfig['device']

/** An engine choice in which nothing is automatic any more. */
export interface EngineChoice {
  readonly name: EngineName
  readonly device: Device
  readonly threads: number
}

export interface ResolvedEngine extends EngineChoice {
  /** Why this engine, for the user. */
  readonly reason: string
}

/** What else the process does while the engine runs. */
interface Surroundings {
  /** Whether other threads of ours need the processors: then those of the engine must not spin while they wait. */
  readonly busy: boolean
}

interface EngineKind {
  readonly devices: readonly Device[]
  open(choice: EngineChoice, surroundings: Surroundings): Promise<Engine>
}

/** The engines by name; each loads its libraries when it is opened. */
export const engines = {
  onnxruntime: {
    devices: ['cpu', 'cuda', 'webgpu'],
    open: async (choice, { busy }) => (await import('./onnx-engine.js')).openOnnx(choice, busy),
  },
  tensorflow: {
    devices: ['cpu', 'cuda'],
    open: async (choice) => (await import('./tensorflow-engine.js')).openTensorflow(choice),
  },
  cpu: {
    devices: ['cpu'],
    open: async () => (await import('./cpu-engine.js')).openCpu(),
  },
} satisfies Record<EngineName, EngineKind>

/** Makes `auto` concrete: tensorflow only where it loads and sees a GPU, else onnxruntime; threads: all usable. */
export async function resolveEngine(config: EngineConfig): Promise<ResolvedEngine> {
  const { device } = config
  const threads = config.threads === 'auto' ? availableParallelism() : config.threads
  if (config.name !== 'auto') {
    checkDevice(config.name, device)
    return { name: config.name, device, threads, reason: `${config.name}, as engine.name says` }
  }
  const { findGpu } = await import('./tensorflow-library.js')
  const { seesGpu, reason } = findGpu()
  if (seesGpu) return { name: 'tensorflow', device: 'cuda', threads, reason }
  return {
    name: 'onnxruntime',
    device,
    threads,
    reason: `onnxruntime, which comes with the package (${reason})`,
  }
}

/** Loads and starts an engine; `engine_unavailable` when its library or device is not there. */
export async function openEngine(
  choice: EngineChoice,
  surroundings: Surroundings = { busy: false },
): Promise<Engine> {
  return engines[choice.name].open(choice, surroundings)
}

function checkDevice(name: EngineName, device: Device): void {
  const { devices } = engines[name] as EngineKind
  if (devices.includes(device)) return
  throw new AppError('engine_unavailable', `Engine ${name} has no device ${device}`, {
    hint: `It runs on: ${devices.join(', ')}.`,
  })
}
