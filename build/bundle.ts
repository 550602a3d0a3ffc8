import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions, type OutputFile, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const directory = join(root, 'dist', 'program')

/** Loaded from `node_modules` when they are needed: native code, packages too large to be worth a copy, and compilers. */
const external = [
  '@hpcc-js/wasm-zstd',
  '@resvg/resvg-js',
  '@tensorflow/*',
  'csv-stringify',
  'hyparquet-writer',
  'kysely',
  'libsql',
  'mysql2',
  'onnxruntime-node',
  'pg',
  'pg-copy-streams',
  'sharp',
  'typescript',
  'vega',
  'vega-lite',
]

/** What oclif requires at its start and Atelier never makes it use. */
const unused = ['cli-spinners', 'lilconfig', 'minimatch', 'tinyglobby']

/** Leaves a package of oclif where it is, and loads it when one of its members is read. */
const loadUnusedLater: Plugin = {
  name: 'load-unused-later',
  setup(bundler) {
    const filter = new RegExp(`^(?:${unused.join('|')}|require-of-oclif)$`)
    bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'later' }))
    bundler.onLoad({ filter: /^require-of-oclif$/, namespace: 'later' }, () => ({
      contents: `
        import { createRequire } from 'node:module'
        const own = createRequire(import.meta.url)
        export const requireOfOclif = (name) => createRequire(own.resolve('@oclif/core'))(name)`,
    }))
    bundler.onLoad({ filter, namespace: 'later' }, ({ path }) => ({
      contents: `
        const { requireOfOclif } = require('require-of-oclif')
        module.exports = new Proxy({}, {
          get: (_, name) => name === '__esModule' ? undefined : requireOfOclif('${path}')[name],
        })`,
    }))
  },
}

/** The package's build for browsers is made of ES modules, of which only what is used is bundled. */
const yaml = createRequire(import.meta.url)
  .resolve('yaml')
  .replace(/dist.index\.js$/, join('browser', 'dist', 'index.js'))

const common = {
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  outdir: directory,
  external,
  alias: { yaml },
  plugins: [loadUnusedLater],
  sourcemap: 'linked',
  minifySyntax: true,
  minifyWhitespace: true,
  banner: {
    js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`,
  },
} satisfies BuildOptions

const start = new Date()
const results = await Promise.all([
  build({
    ...common,
    entryPoints: {
      main: join(root, 'src', 'commands', 'main.ts'),
      complete: join(root, 'src', 'commands', 'completion', 'complete.ts'),
      'loader-worker': join(root, 'src', 'data', 'loader-worker.ts'),
    },
    splitting: true,
    chunkNames: '[name]-[hash]',
  }),
  build({
    ...common,
    entryPoints: {
      api: join(root, 'src', 'config', 'api.ts'),
      define: join(root, 'src', 'modules', 'define.ts'),
    },
  }),
])
install(results.flatMap(({ outputFiles }) => outputFiles))

/**
 * Puts a build in the place of the one before, without a moment at which there is none: chunks are named by their content
 * and come first, then each entry is exchanged by a rename. Chunks of earlier builds stay for an hour, because a program
 * that is running may still ask for them.
 */
function install(files: readonly OutputFile[]): void {
  mkdirSync(directory, { recursive: true })
  for (const { path } of files) {
    if (dirname(path) !== directory)
      throw new Error(`${path} does not lie two levels below the root`)
  }
  const isEntry = ({ path }: OutputFile): boolean =>
    /^(main|complete|loader-worker|api|define)\.js(\.map)?$/.test(basename(path))
  const chunks = files.filter((file) => !isEntry(file))
  for (const { path, contents } of chunks.filter(({ path }) => !existsSync(path))) {
    replace(path, contents)
  }
  for (const { path, contents } of files.filter(isEntry).reverse()) replace(path, contents)
  const kept = new Set(files.map(({ path }) => path))
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (!kept.has(path) && isOld(path)) rmSync(path, { force: true })
  }
}

/** Files carry the time at which the build began: a source that changed while it ran is newer. */
function replace(path: string, contents: Uint8Array): void {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, contents)
  utimesSync(draft, start, start)
  renameSync(draft, path)
}

function isOld(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && start.getTime() - stats.mtimeMs > 3_600_000
}
