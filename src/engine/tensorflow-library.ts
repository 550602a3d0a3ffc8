import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface TensorflowLibrary {
  readonly name: string
  readonly version: string
  readonly seesGpu: boolean
}

/** What became of the attempt to load a native TensorFlow: the library, or why not, per package. */
export type TensorflowAttempt =
  | { readonly kind: 'loaded'; readonly library: TensorflowLibrary }
  | { readonly kind: 'absent'; readonly reasons: readonly string[] }

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']

const require = createRequire(import.meta.url)

interface TensorflowModule {
  readonly version: Readonly<Record<string, string>>
  backend(): { readonly isUsingGpuDevice: boolean }
}

/** Loads tfjs-node-gpu, else tfjs-node; loading registers its backend, named tensorflow, and activates it. */
export function loadTensorflow(): TensorflowAttempt {
  const reasons: string[] = []
  for (const name of packages) {
    const missing = whatIsMissing(name)
    if (missing === undefined) return load(name)
    reasons.push(`${name}: ${missing}`)
  }
  return { kind: 'absent', reasons }
}

/** Whether the tensorflow engine would run on a GPU, and why or why not. */
export function findGpu(): { readonly seesGpu: boolean; readonly reason: string } {
  const attempt = loadTensorflow()
  if (attempt.kind === 'absent') return { seesGpu: false, reason: 'no native TensorFlow library' }
  const { name, seesGpu } = attempt.library
  return { seesGpu, reason: `${name} ${seesGpu ? 'sees a GPU' : 'loads but sees no GPU'}` }
}

/** Loading a package without its native part costs half a second before it fails, so look first. */
function whatIsMissing(name: string): string | undefined {
  const root = require.resolve
    .paths(name)
    ?.map((path) => join(path, name))
    .find(existsSync)
  if (root === undefined) return 'not installed'
  const builds = join(root, 'lib')
  const native = existsSync(builds)
    ? readdirSync(builds).some((build) => existsSync(join(builds, build, 'tfjs_binding.node')))
    : false
  return native ? undefined : `installed in ${dirname(builds)} without its native library`
}

function load(name: string): TensorflowAttempt {
  try {
    const library = require(name) as TensorflowModule
    const version = library.version['tfjs-node'] ?? 'unknown'
    return {
      kind: 'loaded',
      library: { name, version, seesGpu: library.backend().isUsingGpuDevice },
    }
  } catch (error) {
    const [reason = ''] = String(error).split('\n')
    return { kind: 'absent', reasons: [`${name}: ${reason}`] }
  }
}
