import { AppError } from '../../core/errors.js'
import type { Output } from '../base.js'
import type { Examination } from './examine.js'
import type { Finding } from './finding.js'

/** The findings for people and programs; a failure where something that is required does not work. */
export function report({ engine, findings }: Examination): Output {
  const wrong = findings.filter(({ state }) => state === 'broken')
  return {
    result: { ok: wrong.length === 0, engine, findings },
    text: [...sections(findings), ...remedies(findings)].join('\n'),
    failure: wrong.length === 0 ? undefined : failure(wrong),
  }
}

const marks: Readonly<Record<Finding['state'], string>> = { ok: ' ', absent: '-', broken: 'x' }

function sections(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const areas = [...new Set(findings.map(({ area }) => area))]
  return areas.flatMap((area) => [
    area,
    ...findings
      .filter((finding) => finding.area === area)
      .map(({ name, state, detail }) => `${marks[state]} ${name.padEnd(width)}  ${detail}`),
    '',
  ])
}

function remedies(findings: readonly Finding[]): string[] {
  const open = findings.filter(({ remedy }) => remedy !== null)
  if (open.length === 0) return ['Everything is there.']
  return [
    'x does not work and is required; - is not there and is optional:',
    ...open.map(({ name, state, remedy }) => `${marks[state]} ${name}: ${remedy ?? ''}`),
  ]
}

function failure(wrong: readonly Finding[]): AppError {
  const [first] = wrong
  const names = wrong.map(({ name }) => name).join(', ')
  return new AppError('environment_broken', `Required, and not working here: ${names}`, {
    ...(first?.remedy !== undefined && first.remedy !== null && { hint: first.remedy }),
  })
}
