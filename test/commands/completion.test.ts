import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { generateCommandFacts } from '../../schemas/commands.js'
import { atelier, root } from '../cli.js'

describe('completion', () => {
  let cwd = ''
  beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'atelier-completion-'))))
  afterEach(() => rmSync(cwd, { recursive: true }))

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
  }

  /** How the last word can go on, by the words before it. */
  async function after(...words: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await atelier(['__complete', ...words], { cwd })
    assert.equal(code, 0, stderr)
    assert.equal(stderr, '')
    const lines = stdout.split('\n').slice(0, -1)
    assert.ok(lines.every((line) => line.split('\t').length === 2))
    return lines.map((line) => line.split('\t')[0] ?? '')
  }

  it('knows the commands and flags that there are', () => {
    const file = join(root, 'src', 'commands', 'completion', 'command-facts.gen.ts')
    assert.equal(readFileSync(file, 'utf8'), generateCommandFacts(), 'run `npm run generate`')
  })

  it('completes commands, the parts of long ones, and flags', async () => {
    const [first, second, flags, values] = await Promise.all([
      after(''),
      after('config', ''),
      after('train', 'model=cnn', '--'),
      after('config', 'show', '--package', 'optimizer.be'),
    ])
    assert.ok(['train', 'config', 'sql-export', 'completion'].every((name) => first.includes(name)))
    assert.ok(!first.includes('config show'))
    assert.ok(['show', 'explain', 'diff', 'validate'].every((name) => second.includes(name)))
    assert.ok(
      ['--dry-run', '--json', '--config-dir', '--help'].every((name) => flags.includes(name)),
    )
    assert.deepEqual(values, ['optimizer.betas'])
  })

  it('completes groups, their options, and those behind a comma', async () => {
    const [names, options, more] = await Promise.all([
      after('train', 'mod'),
      after('train', 'model='),
      after('sweep', 'model=cnn,so'),
    ])
    assert.deepEqual(names, ['model=', 'model.'])
    assert.ok(
      ['cnn', 'mlp', 'resnet18', 'softmax'].every((name) => options.includes(`model=${name}`)),
    )
    assert.deepEqual(more, ['model=cnn,softmax'])
  })

  it('completes keys part by part, those of the chosen option only', async () => {
    const [keys, mlp, deep, deleted, values] = await Promise.all([
      after('train', 'optimizer.'),
      after('train', 'model=mlp', 'model.'),
      after('train', '++trainer.early'),
      after('train', '~optim'),
      after('train', 'model.pooling='),
    ])
    assert.ok(keys.includes('optimizer.lr=') && keys.includes('optimizer.betas='))
    assert.ok(mlp.includes('model.hidden=') && !mlp.includes('model.widths='))
    assert.deepEqual(deep, ['++trainer.early_stopping.'])
    assert.deepEqual(deleted, ['~optimizer', '~optimizer.'])
    assert.deepEqual(values, ['model.pooling=max', 'model.pooling=average'])
  })

  it('completes what the root of the command has, and no more', async () => {
    const [test, split, batch] = await Promise.all([
      after('test', 'optim'),
      after('test', 'split='),
      after('config', 'show', 'test', 'batch'),
    ])
    assert.deepEqual(test, [])
    assert.deepEqual(split, ['split=test', 'split=val', 'split=train'])
    assert.deepEqual(batch, ['batch_size='])
  })

  it('sees the configs of --config-dir, --config-path and the settings', async () => {
    write({
      'conf/model/ours.yaml': 'name: mlp\n',
      'conf/experiment/quick.yaml': '# @package _global_\n',
      'hydra/config.yaml': 'defaults:\n  - db: mysql\n',
      'hydra/db/mysql.yaml': 'port: 1\n',
    })
    const directory = ['--config-dir', 'conf']
    assert.ok((await after('train', ...directory, 'model=')).includes('model=ours'))
    assert.ok(!(await after('train', 'model=')).includes('model=ours'))
    assert.deepEqual(await after('train', ...directory, 'experiment'), ['+experiment='])
    assert.deepEqual(await after('train', ...directory, '+experiment='), ['+experiment=quick'])
    const tree = ['config', 'show', '--config-path=hydra']
    assert.deepEqual(await after(...tree, 'd'), ['db='])
    assert.deepEqual(await after(...tree, '--config-name', ''), ['config'])
    write({ '.atelierrc.yaml': 'config_directories: [conf]\n' })
    assert.ok((await after('train', 'model=')).includes('model=ours'))
    write({ '.atelierrc.yaml': 'config_directories: 7\n' })
    assert.ok((await after('train', 'model=')).includes('model=cnn'))
  })

  it('leaves paths, and what it does not know, to the shell', async () => {
    const words = [
      ['train', '--config-dir', ''],
      ['nonsense', ''],
      ['train', '--', '--'],
      ['runs', 'list', 'x'],
    ]
    for (const typed of words) assert.deepEqual(await after(...typed), [], typed.join(' '))
  })

  it('prints a script for each shell, and names the shells it knows', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await atelier(['completion', shell], { cwd })
      assert.equal(code, 0)
      assert.match(stdout, /__complete/)
    }
    assert.equal((await atelier(['completion'], { cwd })).code, 2)
    assert.match((await atelier(['completion', 'basch'], { cwd })).stderr, /Did you mean bash/)
  })

  /** Runs a shell in which `atelier` is the program. */
  function inShell(shell: string, flag: string, text: string): string {
    const program = join(cwd, 'atelier')
    writeFileSync(
      program,
      `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin', 'dev.js')}' "$@"\n`,
    )
    chmodSync(program, 0o755)
    const env = { ...process.env, PATH: `${cwd}${delimiter}${process.env['PATH']}` }
    const { status, stdout, stderr } = spawnSync(shell, [flag, text], {
      cwd,
      env,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    assert.equal(stderr, '')
    return stdout
  }

  it('works in bash, whose completion replaces what stands behind = only', function () {
    if (!has('bash')) skipAloud(this, 'bash')
    const script = `
      eval "$(atelier completion bash)"
      try() {
        COMP_LINE=$1 COMP_POINT=\${#1} COMP_TYPE=9 COMP_KEY=9
        _atelier atelier
        printf '%s|' "\${COMPREPLY[@]}"
        echo
      }
      try 'atelier config ex'
      try 'atelier train model=so'
      try 'atelier train trainer.ep'
      try 'atelier train model=cnn engine.dev'
      try 'atelier train spec='
      complete -p atelier`
    assert.deepEqual(inShell('bash', '-c', script).trimEnd().split('\n'), [
      'explain|',
      'softmax|',
      'trainer.epochs=|',
      'engine.device=|',
      '|',
      'complete -o default -F _atelier atelier',
    ])
  })

  it('is a script that zsh can read', function () {
    if (!has('zsh')) skipAloud(this, 'zsh')
    const script = `compdef() { :; }; eval "$(atelier completion zsh)"; whence -w _atelier`
    assert.match(inShell('zsh', '-c', script), /_atelier: function/)
  })

  it('works in fish', function () {
    if (!has('fish')) skipAloud(this, 'fish')
    const script = `atelier completion fish | source; complete -C 'atelier train model=s'`
    assert.match(inShell('fish', '-c', script), /model=softmax/)
  })
})

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0
}

function skipAloud(context: Mocha.Context, shell: string): void {
  console.log(`      ${shell} is not installed: its completion is not tried`)
  context.skip()
}
