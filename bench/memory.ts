import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { lookUp } from '../src/core/table.js'
import { benchModels, type BenchModel } from './models.js'
import { startPyTorch } from './peer.js'

const steps = 20
const goal = 1.2
const side = fileURLToPath(new URL('memory-side.ts', import.meta.url))

/**
 * Trains each model some steps, here and in PyTorch, each in a process of its own, and prints the largest memory that
 * either process ever had (VmHWM), program and libraries included.
 */
export async function benchMemory(
  print: (line: string) => void,
  names: readonly string[],
): Promise<void> {
  print(`peak memory of the process after ${steps} training steps`)
  for (const model of names.length > 0 ? names : Object.keys(benchModels)) {
    const { batch } = lookUp<BenchModel>(benchModels, model, 'model of the benchmark')
    const own = await ourPeak(model)
    const theirs = await pyTorchPeak(model, batch)
    const text = `${model}, batch ${batch}`.padEnd(24) + ` ours ${megabytes(own)}`
    const ratio = theirs === undefined ? NaN : own / theirs
    print(
      theirs === undefined
        ? text
        : `${text}, PyTorch ${megabytes(theirs)}: ${ratio.toFixed(2)}x its memory (goal at most ${goal}x)`,
    )
  }
}

async function ourPeak(model: string): Promise<number> {
  const command = ['--import', 'tsx', side, model, String(steps)]
  const { stdout } = await promisify(execFile)(process.execPath, command)
  return Number(stdout)
}

async function pyTorchPeak(model: string, batch: number): Promise<number | undefined> {
  const peer = await startPyTorch(2)
  if (!peer) return undefined
  await peer.time({ model, batch, repeats: steps })
  const peak = peakOf(peer.pid)
  peer.stop()
  return peak
}

/** The largest resident memory that a process had so far, in KiB. */
export function peakOf(pid: number | 'self'): number {
  const [, peak = ''] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(peak)
}

function megabytes(kibibytes: number): string {
  return `${(kibibytes / 1024).toFixed(0)} MiB`
}
