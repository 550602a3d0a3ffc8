import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { atelier, type Options, type Outcome } from '../cli.js'

const program = '../test/commands/fixture-command.ts'

function fixture(words: string[], options: Options = {}): Promise<Outcome> {
  return atelier(words, { ...options, program })
}

/** The outcomes without and with `--json`. */
function both(words: string[], options: Options = {}): Promise<[Outcome, Outcome]> {
  return Promise.all([fixture(words, options), fixture([...words, '--json'], options)])
}

function onceWaiting(act: (child: ChildProcess) => void) {
  return (child: ChildProcess) => {
    child.stderr?.on('data', (text: string) => {
      if (text.includes('waiting')) act(child)
    })
  }
}

describe('commands/base', () => {
  it('prints the text, or with --json one envelope that repeats the warnings', async () => {
    const [plain, { json }] = await both(['do=nothing'])
    assert.equal(plain.stdout, 'do=nothing\n')
    assert.equal(plain.stderr, 'warning: mind the gap\n')
    assert.deepEqual(json, {
      status: 'ok',
      command: 'fixture',
      warnings: ['mind the gap'],
      result: { words: ['do=nothing'] },
    })
  })

  it('reports a defect with its stack and exit 70, also with --json', async () => {
    const [plain, machine] = await both(['do=bug'])
    assert.equal(plain.code, 70)
    assert.equal(plain.stdout, '')
    assert.match(plain.stderr, /TypeError: undefined is not a function\n +at [^]*Please report/)
    assert.equal(machine.code, 70)
    assert.equal(machine.json.error?.code, 'bug')
  })

  it('prints the result of a command that failed in part, and exits with its code', async () => {
    const [plain, machine] = await both(['do=partial'])
    assert.equal(plain.code, 5)
    assert.equal(plain.stdout, 'two of three\n')
    assert.match(plain.stderr, /error: 1 of 3 trials failed/)
    assert.equal(machine.code, 5)
    assert.deepEqual(machine.json.result, { done: 2 })
    assert.equal(machine.json.error?.exit, 5)
  })

  for (const [name, exit] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`lets a command end cleanly after ${name} and exits ${exit}`, async () => {
      const meanwhile = onceWaiting((child) => child.kill(name))
      const [{ code, stdout, stderr }, machine] = await both(['do=wait'], { meanwhile })
      assert.equal(code, exit)
      assert.equal(stdout, 'saved\n')
      assert.match(stderr, /Stopping cleanly/)
      assert.equal(machine.code, exit)
      assert.equal(machine.json.error?.exit, exit)
      assert.deepEqual(machine.json.result, { saved: true })
    })
  }

  it('is killed by a second signal', async () => {
    const meanwhile = (child: ChildProcess) => {
      child.stderr?.on('data', (text: string) => {
        if (/mind the gap|Stopping/.test(text)) setTimeout(() => child.kill('SIGINT'), 100)
      })
    }
    const { signal } = await fixture(['do=hang'], { meanwhile })
    assert.equal(signal, 'SIGINT')
  })

  it('ends quietly when nobody reads its output any more', async () => {
    const meanwhile = (child: ChildProcess) => {
      child.stdout?.once('data', () => child.stdout?.destroy())
    }
    const { code, stderr } = await fixture(['do=stream'], { meanwhile })
    assert.equal(code, 0)
    assert.equal(stderr, 'warning: mind the gap\n')
  })

  it('colours only where it may', async () => {
    const env = { FORCE_COLOR: '1' }
    const coloured = await fixture(['do=partial'], { env })
    assert.ok(coloured.stderr.includes('\u001b[31merror:'))
    const plain = await fixture(['do=partial'], { env: { ...env, NO_COLOR: '1' } })
    assert.ok(!plain.stderr.includes('\u001b'))
  })
})
