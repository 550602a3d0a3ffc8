import { readFileSync } from 'node:fs'
import { systemCode } from './errors.js'

/** Whether a process of this machine runs, also one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !hasEnded(pid)
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

/** Linux keeps the number of a process that has ended until its parent asks; in a container that may be never. */
function hasEnded(pid: number): boolean {
  try {
    const facts = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return /^ [ZX]/.test(facts.slice(facts.lastIndexOf(')') + 1))
  } catch {
    return false
  }
}
