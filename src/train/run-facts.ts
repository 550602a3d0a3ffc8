import { join } from 'node:path'
import { readJson } from '../core/files.js'
import type { DataSet } from '../data/data-set.js'
import { splitHash } from '../data/split/split.js'
import type { EngineFacts } from '../engine/compile.js'
import { atelierVersion, describeEnvironment, describeGit } from '../spec/environment.js'
import { resultKey } from '../spec/run-spec.js'
import type { Plan } from './plan.js'

/** How a run came about: what `spec.lock.json` keeps of the command beside the spec. */
export interface Provenance {
  readonly words: readonly string[]
  readonly layers: readonly {
    readonly name: string
    readonly path: string
    readonly sha256: string
  }[]
  /** The run whose spec this one was made from, if any. */
  readonly parent: string | null
  readonly cwd: string
}

/** The content of `spec.lock.json`: hashes of everything that went in, versions, commit and machine. */
export async function collectFacts(plan: Plan, engine: EngineFacts, provenance: Provenance) {
  const { spec, data, split } = plan
  const atelier = await atelierVersion()
  const { cwd, ...origin } = provenance
  return {
    result_key: resultKey(spec, {
      data: data.fingerprint,
      atelier,
      engine: `${engine.name} ${engine.version}`,
      ...(data.module !== undefined && { modules: [data.module.sha256] }),
    }),
    ...origin,
    data: { fingerprint: data.fingerprint, files: data.files },
    modules: data.module === undefined ? [] : [data.module],
    weights: { ...plan.pretrained.resolved, report: plan.pretrained.report },
    split: {
      train: split.train.length,
      val: split.val.length,
      test: split.test.length,
      sha256: splitHash(split),
    },
    versions: { atelier, engine },
    git: await describeGit(cwd),
    environment: describeEnvironment(),
  }
}

/**
 * How the data or the module that makes it differs from what a run was started on, as its `spec.lock.json` has it; null
 * where it does not.
 */
export async function dataChange(run: string, data: DataSet): Promise<string | null> {
  const lock = (await readJson(join(run, 'spec.lock.json'))) as Lock | undefined
  const module = lock?.modules?.find(({ name }) => name === data.module?.name)
  const isOther = module !== undefined && module.sha256 !== data.module?.sha256
  if (isOther) return `the module ${data.module?.path ?? ''}`
  const recorded = lock?.data?.fingerprint
  return recorded === undefined || recorded === data.fingerprint ? null : 'the data'
}

interface Lock {
  readonly data?: { readonly fingerprint?: string }
  readonly modules?: readonly { readonly name: string; readonly sha256: string }[]
}
