import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { packageRoot } from '../../core/package-root.js'
import { absent, broken, ok, type Finding } from './finding.js'

const require = createRequire(import.meta.url)

/** Packages with native parts, and what fails without them. */
const native = {
  sharp: { load: () => import('sharp'), use: 'predict and pictures' },
  '@resvg/resvg-js': { load: () => import('@resvg/resvg-js'), use: 'figures as PNG' },
  libsql: { load: () => import('libsql'), use: 'sql-export' },
}

const others = ['onnxruntime-node', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', 'vega-lite']

interface About {
  readonly version: string
  readonly engines?: { readonly node?: string }
}

/** Node, this program, its packages and its fonts. */
export async function examineProgram(): Promise<Finding[]> {
  const about = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as About
  const loaded = await Promise.all(Object.entries(native).map(examineNative))
  return [
    ok('program', 'atelier', about.version),
    examineNode(about.engines?.node ?? ''),
    ...others.map(examinePackage),
    ...loaded,
    examineFonts(),
  ]
}

/** An older Node is refused at the start; a later line than those tried may work. */
function examineNode(ranges: string): Finding {
  const lines = ranges.split('||').map((range) => Number.parseInt(range.replace(/\D/, ''), 10))
  const line = Number.parseInt(process.versions.node, 10)
  const found = `${process.version} ${process.platform}-${process.arch}`
  const tried = lines.includes(line) ? '' : `, newer than those tried (${ranges})`
  const tensorflow = line > 22 ? '; the tensorflow engine needs Node 20 or 22' : ''
  return ok('program', 'node', `${found}${tried}${tensorflow}`)
}

function examinePackage(name: string): Finding {
  const version = versionOf(name)
  if (version !== undefined) return ok('program', name, version)
  return broken('program', name, 'not installed', 'Install again with `npm ci`.')
}

async function examineNative([name, { load, use }]: [
  string,
  (typeof native)[keyof typeof native],
]): Promise<Finding> {
  try {
    await load()
    return ok('program', name, versionOf(name) ?? 'version unknown')
  } catch (error) {
    const [reason = ''] = String(error).split('\n')
    return absent(
      'program',
      name,
      `does not load, so ${use} cannot work: ${reason}`,
      'Install again with `npm ci`, on the machine where it is to run.',
    )
  }
}

/** Some packages do not let their package.json be resolved. */
function versionOf(name: string): string | undefined {
  const places = require.resolve.paths(name) ?? []
  const path = places.map((place) => join(place, name, 'package.json')).find(existsSync)
  if (path === undefined) return undefined
  return (JSON.parse(readFileSync(path, 'utf8')) as About).version
}

function examineFonts(): Finding {
  const files = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']
  const directory = join(packageRoot, 'assets', 'fonts')
  const missing = files.filter((name) => !existsSync(join(directory, name)))
  if (missing.length === 0) return ok('program', 'fonts', 'shipped with the package')
  return broken(
    'program',
    'fonts',
    `${missing.join(', ')} missing in ${directory}: pictures would have no text`,
    'Install the package again.',
  )
}
