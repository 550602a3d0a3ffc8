import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const built = fileURLToPath(new URL('../dist/program/main.js', import.meta.url))

const words = [
  'train',
  'data=fashion_mnist',
  'labels=classes',
  'model=mlp',
  'split.val_size=0',
  'data.batch_size=64',
  'trainer.epochs=1',
]

/** Runs the real command for one epoch over the 60,000 real images; prints its time and peak memory. */
export async function benchEpoch(print: (line: string) => void): Promise<void> {
  if (process.env['FASHION_DIR'] === undefined || !existsSync(built)) {
    print('one epoch: needs FASHION_DIR and a build (npm run build); left out')
    return
  }
  const directory = mkdtempSync(join(tmpdir(), 'atelier-bench-'))
  const runs: { seconds: number; megabytes: number }[] = []
  for (let round = 0; round < 3; round++) runs.push(await train(directory))
  rmSync(directory, { recursive: true })
  const best = runs.reduce((a, b) => (a.seconds < b.seconds ? a : b))
  const peak = Math.max(...runs.map(({ megabytes }) => megabytes))
  print(
    `one epoch of mlp on 60,000 images: ${best.seconds.toFixed(2)} s from command to exit, best of 3 (goal 3 s: ` +
      `${(3 / best.seconds).toFixed(2)}x), peak memory ${peak.toFixed(0)} MB (goal 700 MB: ${(700 / peak).toFixed(2)}x)`,
  )
}

async function train(directory: string): Promise<{ seconds: number; megabytes: number }> {
  const start = performance.now()
  const child = spawn(process.execPath, [binary, ...words], { cwd: directory, stdio: 'ignore' })
  let megabytes = 0
  const watch = setInterval(() => {
    megabytes = Math.max(megabytes, peakMemory(child.pid))
  }, 20)
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve))
  clearInterval(watch)
  if (code !== 0) throw new Error(`train ended with exit code ${String(code)}`)
  return { seconds: (performance.now() - start) / 1000, megabytes }
}

/** The kernel's high-water mark of a process, in MB; 0 when the process is gone. */
function peakMemory(pid: number | undefined): number {
  const path = `/proc/${String(pid)}/status`
  if (!existsSync(path)) return 0
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(path, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}
