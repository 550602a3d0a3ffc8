import type { AppError } from '../../core/errors.js'
import type { ResolvedEngine } from '../../engine/engines.js'
import { probeEngines, type DeviceProbe } from '../../engine/probe.js'
import type { EngineConfig } from '../../spec/types.gen.js'
import { absent, broken, ok, type Finding } from './finding.js'

/** Every engine on every device, and the one that a run would take. */
export async function examineEngines(
  chosen: ResolvedEngine | AppError,
  asked: EngineConfig,
): Promise<Finding[]> {
  const probes = await probeEngines()
  return [...probes.map((probe) => describe(probe)), describeChoice(chosen, asked, probes)]
}

function describe({ engine, device, version, usable, reason, remedy }: DeviceProbe): Finding {
  const name = `${engine} on ${device}`
  if (usable) return ok('engines', name, version ?? 'version unknown')
  return absent('engines', name, reason ?? 'it does not start', remedy ?? '')
}

function describeChoice(
  chosen: ResolvedEngine | AppError,
  asked: EngineConfig,
  probes: readonly DeviceProbe[],
): Finding {
  const name = `engine=${asked.name}`
  if (chosen instanceof Error) {
    return broken('engines', name, chosen.message, chosen.hint ?? 'Choose another device.')
  }
  const { device, threads, reason } = chosen
  const probe = probes.find((one) => one.engine === chosen.name && one.device === device)
  if (probe?.usable === false) {
    const why = `${chosen.name} cannot use ${device}: ${probe.reason ?? 'it does not start'}`
    return broken('engines', name, why, probe.remedy ?? '')
  }
  const count = chosen.name === 'cpu' ? 1 : threads
  return ok('engines', name, `${reason}; on ${device}, ${count} thread${count === 1 ? '' : 's'}`)
}
