import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './median.js'

const binary = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const built = fileURLToPath(new URL('../dist/program/main.js', import.meta.url))

const cases = [
  { words: ['--version'], goal: 1.5 },
  { words: ['--help'], goal: 2.5 },
  { words: ['config', 'show'], goal: 3.3 },
] as const

const rounds = 21

/** Times whole processes in turns with a bare `node -e 0`, and prints medians as multiples of its median. */
export async function benchStartup(print: (line: string) => void): Promise<void> {
  if (!existsSync(built)) {
    print('start-up: needs a build (npm run build); left out')
    return
  }
  const directory = mkdtempSync(join(tmpdir(), 'atelier-bench-'))
  const commands = [['-e', '0'], ...cases.map(({ words }) => [binary, ...words])]
  const times = commands.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [index, words] of commands.entries()) {
      const own = await time(words, directory)
      if (round >= 0) times[index]?.push(own)
    }
  }
  rmSync(directory, { recursive: true })
  const [bare = NaN, ...medians] = times.map(median)
  print(`start-up, medians of ${rounds}; bare node ${bare.toFixed(0)} ms`)
  cases.forEach(({ words, goal }, index) => {
    const own = medians[index] ?? NaN
    const multiple = (own / bare).toFixed(2)
    print(`  ${words.join(' ')}: ${own.toFixed(0)} ms, ${multiple}x bare node (goal ${goal}x)`)
  })
}

/** Milliseconds from the start to the end of a process. */
async function time(words: readonly string[], cwd: string): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, words, { cwd, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`node ${words.join(' ')} ended with ${String(code)}`)
  return performance.now() - start
}
