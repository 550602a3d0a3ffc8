import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** Which folders each folder may import; whatever is not listed is forbidden. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  spec: ['core'],
  modules: ['core'],
  config: ['core', 'spec', 'modules'],
  data: ['core', 'spec', 'modules'],
  engine: ['core', 'spec'],
  metrics: ['core', 'spec'],
  store: ['core', 'spec'],
  model: ['core', 'spec', 'engine'],
  train: ['core', 'spec', 'data', 'engine', 'metrics', 'store', 'model'],
  sweep: ['core', 'spec', 'store', 'config'],
  report: ['core', 'spec', 'store', 'metrics', 'data'],
  sql: ['core', 'spec', 'store'],
  commands: [
    'core',
    'spec',
    'modules',
    'config',
    'data',
    'engine',
    'metrics',
    'store',
    'model',
    'train',
    'sweep',
    'report',
    'sql',
  ],
}

/** Packages that cost tens of milliseconds or more to load, and the folders that may name them. */
const heavyPackages: Readonly<Record<string, readonly string[]>> = {
  '@tensorflow/': ['engine', 'model'],
  'onnxruntime-node': ['engine'],
  sharp: ['data'],
  vega: ['report'],
  '@resvg/': ['report'],
  libsql: ['sql'],
  kysely: ['sql'],
}

interface Import {
  readonly from: string
  readonly to: string
  /** Whether the import happens when the module is loaded, and not only as a type or later. */
  readonly eager: boolean
}

describe('architecture', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(source, name))
  const imports = files.flatMap(importsOf)

  it('has a rank for every folder', () => {
    assert.deepEqual(new Set(files.map(folderOf)), new Set(Object.keys(mayImport)))
  })

  it('imports only downward', () => {
    const wrong = imports
      .filter(({ to }) => to.startsWith(source))
      .filter(({ from, to }) => {
        const [own, other] = [folderOf(from), folderOf(to)]
        return own !== other && !(mayImport[own] ?? []).includes(other)
      })
    assert.deepEqual(wrong.map(show), [])
  })

  it('has no circular imports', () => {
    assert.deepEqual(findCycles(imports), [])
  })

  it('keeps heavy packages in the folders that own them', () => {
    const wrong = imports.filter(
      ({ from, to, eager }) =>
        eager &&
        Object.entries(heavyPackages).some(
          ([name, folders]) => isPackage(to, name) && !folders.includes(folderOf(from)),
        ),
    )
    assert.deepEqual(wrong.map(show), [])
  })

  it('loads nothing heavy with a command: heavy folders are imported at the moment of use', () => {
    const light = new Set(['core', 'spec', 'config', 'store', 'commands'])
    const wrong = imports.filter(
      ({ from, to, eager }) =>
        eager && folderOf(from) === 'commands' && to.startsWith(source) && !light.has(folderOf(to)),
    )
    assert.deepEqual(wrong.map(show), [])
  })
})

function importsOf(file: string): Import[] {
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, eager: boolean) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return
    const { text } = specifier
    const to = text.startsWith('.') ? resolve(dirname(file), text.replace(/\.js$/, '.ts')) : text
    found.push({ from: file, to, eager })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, !node.isTypeOnly)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** The first cycle that a depth-first walk meets from each file, once each. */
function findCycles(imports: readonly Import[]): string[] {
  const edges = new Map<string, string[]>()
  for (const { from, to, eager } of imports) {
    if (eager && to.startsWith(source)) edges.set(from, [...(edges.get(from) ?? []), to])
  }
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      const cycle = [...path.slice(path.indexOf(file)), file]
      cycles.push(cycle.map((member) => relative(source, member)).join(' -> '))
      return
    }
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) walk(next, [...path, file])
    done.add(file)
  }
  for (const file of edges.keys()) walk(file, [])
  return cycles
}

function folderOf(file: string): string {
  return relative(source, file).split('/')[0] ?? ''
}

function isPackage(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`)
}

function show({ from, to }: Import): string {
  return `${relative(source, from)} imports ${to.startsWith(source) ? relative(source, to) : to}`
}
