import { resolveEngine, type ResolvedEngine } from '../../engine/engines.js'
import { AppError } from '../../core/errors.js'
import type { DoctorConfig } from '../../spec/types.gen.js'
import type { Context } from '../context.js'
import { examineDirectories } from './directories.js'
import { examineEngines } from './engines.js'
import type { Finding } from './finding.js'
import { examineMachine } from './machine.js'
import { examineProgram } from './program.js'

/** Everything found, and the engine that a run would take; null where it cannot have the one that is asked for. */
export interface Examination {
  readonly engine: ResolvedEngine | null
  readonly findings: readonly Finding[]
}

/** Looks at everything, all at once. */
export async function examine(config: DoctorConfig, context: Context): Promise<Examination> {
  const engine = await chosenEngine(config)
  const [program, engines] = await Promise.all([
    examineProgram(),
    examineEngines(engine, config.engine),
  ])
  return {
    engine: engine instanceof AppError ? null : engine,
    findings: [
      ...program,
      ...examineMachine(),
      ...engines,
      ...examineDirectories(config.run.root, context),
    ],
  }
}

async function chosenEngine({ engine }: DoctorConfig): Promise<ResolvedEngine | AppError> {
  try {
    return await resolveEngine(engine)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
