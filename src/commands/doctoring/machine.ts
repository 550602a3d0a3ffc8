import { readdirSync, readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { describeEnvironment } from '../../spec/environment.js'
import { ok, type Finding } from './finding.js'

/** Instructions that the engines' speed, and the last bits of their results, depend on. */
const telling = [
  ...['sse4_2', 'avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni', 'amx_tile'],
  ...['neon', 'asimd', 'asimddp', 'sve'],
]

/** Processor, memory and GPUs. */
export function examineMachine(): Finding[] {
  const { processor, processors } = describeEnvironment()
  const features = processorFeatures()
  const memory = [gibibytes(totalmem())]
  const limit = process.constrainedMemory()
  if (limit > 0 && limit < totalmem()) memory.push(`of which ${gibibytes(limit)} may be used`)
  return [
    ok('machine', 'processor', features === '' ? processor : `${processor} (${features})`),
    ok('machine', 'processors', `${processors} usable`),
    ok('machine', 'memory', memory.join(', ')),
    ok('machine', 'gpu', nvidiaGpus().join(', ') || 'no NVIDIA driver with a GPU'),
  ]
}

/** From Linux' list; other systems do not tell. */
function processorFeatures(): string {
  let text: string
  try {
    text = readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1] ?? ''
  const known = new Set(line.trim().split(/\s+/))
  return telling.filter((feature) => known.has(feature)).join(' ')
}

/** The models that NVIDIA's driver for Linux lists. */
function nvidiaGpus(): string[] {
  const directory = '/proc/driver/nvidia/gpus'
  try {
    return readdirSync(directory).map((bus) => {
      const text = readFileSync(`${directory}/${bus}/information`, 'utf8')
      return /^Model:\s*(.*)$/m.exec(text)?.[1] ?? bus
    })
  } catch {
    return []
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`
}
