import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors.js'
import { type ComposeResult, compose, expandSweep, parseOverride } from '../../src/config/api.js'

function composed(text: string, overrides: readonly string[] = [], more = {}): ComposeResult {
  return compose({ files: { 'config.yaml': text, ...more }, configName: 'config', overrides })
}

function kindOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    assert.ok(error instanceof AppError && 'kind' in error, String(error))
    assert.ok(error.message.length < 2000)
    return String(error.kind)
  }
  return 'fine'
}

describe('config: hostile input', () => {
  it('bounds aliases that multiply', () => {
    const names = 'abcdefghi'.split('')
    const lines = names.map((name, index) => {
      const before = names[index - 1]
      const item = before === undefined ? 'x' : `*${before}`
      return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`
    })
    assert.equal(
      kindOf(() => composed(lines.join('\n'))),
      'yaml',
    )
  })

  it('bounds references that multiply', () => {
    const lists = Array.from({ length: 40 }, (_, i) => `a${i + 1}: ["\${a${i}}", "\${a${i}}"]`)
    const texts = Array.from({ length: 60 }, (_, i) => `a${i + 1}: "\${a${i}}\${a${i}}"`)
    for (const lines of [lists, texts]) {
      const text = ['a0: xxxxxxxx', ...lines].join('\n')
      assert.equal(
        kindOf(() => composed(text)),
        'interpolation-resolution',
      )
    }
  })

  it('refuses 10,000 levels of nesting anywhere', () => {
    const deep = 10_000
    const nested = [
      `a: ${'['.repeat(deep)}${']'.repeat(deep)}`,
      `a: ${'['.repeat(deep)}`,
      `a: ${'{a: '.repeat(deep)}${'}'.repeat(deep)}`,
      `a:\n${'- '.repeat(deep)}x`,
      `a: ${'['.repeat(300)}${']'.repeat(300)}`,
    ]
    for (const text of nested) {
      assert.equal(
        kindOf(() => composed(text)),
        'yaml',
      )
    }
    const references = `a: "${'${'.repeat(deep)}b${'}'.repeat(deep)}"`
    assert.equal(
      kindOf(() => composed(references)),
      'interpolation-syntax',
    )
    for (const open of ['[', '{a:', 'int(']) {
      assert.equal(
        kindOf(() => parseOverride(`a=${open.repeat(deep)}`)),
        'parse',
      )
    }
    assert.equal(
      kindOf(() => composed('a: 1', [`+${'x.'.repeat(deep)}y=1`])),
      'composition',
    )
  })

  it('shows a cycle as a chain', () => {
    const files = {
      'a.yaml': 'defaults: [b]',
      'b.yaml': 'defaults: [c]',
      'c.yaml': 'defaults: [a]',
    }
    assert.throws(() => composed('defaults: [a]', [], files), {
      kind: 'recursion',
      message: /config -> a -> b -> c -> a/,
    })
    assert.throws(() => composed('a: "${b}"\nb: "${c.x}"\nc: {x: "${a}"}'), {
      kind: 'interpolation-resolution',
      message: /a -> b -> c\.x -> a/,
    })
    assert.throws(() => composed(chainOf(5000)), { kind: 'interpolation-resolution' })
  })

  it('keeps keys of the prototype ordinary', () => {
    const text = '__proto__: {x: 1}\nconstructor: 2\nr: ${__proto__.x}'
    const config = composed(text, ['++__proto__.polluted=yes', '+a.__proto__.b=1']).config as object
    assert.deepEqual(Object.keys(config), ['__proto__', 'constructor', 'r', 'a'])
    assert.equal(Object.getPrototypeOf(config), Object.prototype)
    assert.equal(Reflect.get({}, 'polluted'), undefined)
    for (const reference of ['${a.constructor}', '${toString}']) {
      assert.equal(
        kindOf(() => composed(`a: {b: 1}\nr: ${reference}`)),
        'interpolation-key',
      )
    }
    assert.equal(
      kindOf(() => composed('r: ${constructor:1}')),
      'unsupported-interpolation',
    )
    assert.equal(
      kindOf(() => parseOverride('a=constructor(1)')),
      'parse',
    )
  })

  it('reads a byte order mark, CRLF and an empty file', () => {
    assert.deepEqual(composed('\uFEFFa: 1\r\nb:\r\n  c: x\r\n').config, { a: 1, b: { c: 'x' } })
    assert.deepEqual(composed('').config, {})
    assert.deepEqual(composed('# nothing\n').config, {})
  })

  it('reports duplicate keys, tabs, several documents and unknown tags as YAML errors', () => {
    const broken = [
      'a: 1\na: 2',
      'a:\n\tb: 1',
      'a: 1\n---\nb: 2',
      'a: !!python/object:x y',
      'a: &a [*a]',
      'a: *nothing',
      'a: {<<: 3}',
      '? [a]\n: 1',
      'a: [1',
      '- - -\n  a: }',
    ]
    for (const text of broken) {
      const read = (): unknown => composed(text)
      assert.equal(kindOf(read), 'yaml', text)
      assert.throws(
        read,
        (error) => error instanceof AppError && error.location?.line !== undefined,
      )
    }
  })

  it('carries a text of 10 MB', () => {
    const config = composed(`a: ${'x'.repeat(10_000_000)}\nb: \${a}`).config as Record<
      string,
      string
    >
    assert.equal(config['b']?.length, 10_000_000)
  })

  it('stays inside the config root', async () => {
    const root = await mkdtemp(join(tmpdir(), 'atelier-root-'))
    try {
      await mkdir(join(root, 'conf', 'config.yaml'), { recursive: true })
      await writeFile(join(root, 'secret.yaml'), 'password: 1')
      const directory = join(root, 'conf')
      const attempt = (configName: string): string =>
        kindOf(() => compose({ directory, configName }))
      assert.equal(attempt('../secret'), 'composition')
      assert.equal(attempt(join(root, 'secret')), 'missing-config')
      assert.equal(attempt('config'), 'missing-config', 'a directory named like a file')
      assert.equal(attempt('a\0b'), 'missing-config')
      assert.equal(
        kindOf(() => compose({ directory: join(root, 'secret.yaml'), configName: 'x' })),
        'missing-config',
      )
    } finally {
      await rm(root, { recursive: true })
    }
  })

  it('bounds what grows faster than its text', () => {
    const doubling = Array.from({ length: 30 }, (_, level) => {
      return [`d${level}.yaml`, `defaults: [d${level + 1}@a, d${level + 1}@b]`]
    })
    const more = {
      ...Object.fromEntries<string>(doubling as [string, string][]),
      'd30.yaml': 'z: 1',
    }
    const kinds = [
      kindOf(() => composed('defaults: [d0@a, d0@b]', [], more)),
      kindOf(() => composed(`a: ${'9'.repeat(1_000_000)}`)),
      kindOf(() => composed(`a: 1${':1'.repeat(300_000)}`)),
      kindOf(() => composed(`a: [${'x,'.repeat(2_000_000)}]`)),
      kindOf(() => parseOverride(`a='${'x'.repeat(10_000_000)}'`)),
      kindOf(() => parseOverride(`a='${'\\'.repeat(300_000)}x'`)),
      kindOf(() => expandSweep({ overrides: ['a=zip(range(1e9))'] })),
    ]
    assert.deepEqual(kinds, ['recursion', 'yaml', 'yaml', 'yaml', 'parse', 'fine', 'parse'])
  })

  it('matches globs in a time that does not explode', () => {
    const files = { [`g/${'a'.repeat(60)}.yaml`]: 'x: 1' }
    const overrides = [`g=glob(${'*a'.repeat(30)}*b)`]
    assert.deepEqual(expandSweep({ files, overrides }).jobs, [])
  })

  it('names a file that is not UTF-8', async () => {
    const root = await mkdtemp(join(tmpdir(), 'atelier-bytes-'))
    try {
      await writeFile(join(root, 'config.yaml'), Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0xfe))
      assert.throws(() => compose({ directory: root, configName: 'config' }), {
        kind: 'yaml',
        message: /config\.yaml is not UTF-8/,
      })
    } finally {
      await rm(root, { recursive: true })
    }
  })

  it('names a file that cannot be read', async function () {
    if (process.platform !== 'linux') this.skip()
    const root = await mkdtemp(join(tmpdir(), 'atelier-unreadable-'))
    try {
      await symlink('/proc/self/mem', join(root, 'config.yaml'))
      assert.throws(() => compose({ directory: root, configName: 'config' }), {
        name: 'AppError',
        message: /config\.yaml cannot be read \(EIO\)/,
      })
    } finally {
      await rm(root, { recursive: true })
    }
  })

  it('leaves the config root by no defaults list and no override', () => {
    for (const name of ['../x', '/../x', 'g/../../x', '/etc/passwd']) {
      assert.notEqual(
        kindOf(() => composed(`defaults: ["${name}"]`)),
        'fine',
        name,
      )
      assert.notEqual(
        kindOf(() => composed(`defaults: [{g: "${name}"}]`)),
        'fine',
        name,
      )
      const word = `g=${name}`
      const files = { 'g/a.yaml': 'x: 1' }
      assert.notEqual(
        kindOf(() => composed('defaults: [{g: a}]', [word], files)),
        'fine',
        word,
      )
    }
  })

  it('does not count out ranges and grids without end', () => {
    assert.equal(
      kindOf(() => expandSweep({ overrides: ['a=range(0,1e300)'] })),
      'other',
    )
    const axes = Array.from({ length: 9 }, (_, i) => `a${i}=range(100)`)
    assert.equal(
      kindOf(() => expandSweep({ overrides: axes })),
      'other',
    )
    assert.equal(
      kindOf(() => parseOverride('a=range(0,1,1e-300)')),
      'fine',
    )
  })
})

function chainOf(length: number): string {
  const lines = Array.from({ length }, (_, i) => `a${i}: \${a${i + 1}}`)
  return [...lines, `a${length}: 1`].join('\n')
}
