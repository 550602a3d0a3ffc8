import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import type { LabelsConfig } from '../spec/types.gen.js'

/** What the model tells apart: `names[map[c]]` is the label of class `c`. */
export interface Labels {
  readonly names: readonly string[]
  readonly map: Int32Array
}

/** Maps each class of a data set to exactly one label; `labels_invalid` names every class that breaks the rule. */
export function mapLabels(config: LabelsConfig, classes: readonly string[]): Labels {
  if (!('groups' in config)) return { names: classes, map: Int32Array.from(classes.keys()) }
  const groups = Object.entries(config.groups)
  const problems = [
    ...groups.flatMap(([group, members]) => unknownClasses(group, members, classes)),
    ...classes.flatMap((name) => coverage(name, groups)),
  ]
  const [first] = problems
  if (first !== undefined) throw labelsInvalid(config.name, problems)
  return {
    names: groups.map(([group]) => group),
    map: Int32Array.from(classes, (name) =>
      groups.findIndex(([, members]) => members.includes(name)),
    ),
  }
}

/** The label of each image, from its class. */
export function labelsOf({ map }: Labels, classes: Int32Array): Int32Array {
  return classes.map((own) => map[own] as number)
}

interface Problem {
  readonly text: string
  readonly suggestions: readonly string[]
}

function unknownClasses(
  group: string,
  members: readonly string[],
  classes: readonly string[],
): Problem[] {
  return members
    .filter((member) => !classes.includes(member))
    .map((member) => ({
      text: `group '${group}' names '${member}', which is no class of the data`,
      suggestions: nearest(member, classes),
    }))
}

function coverage(
  name: string,
  groups: readonly (readonly [string, readonly string[]])[],
): Problem[] {
  const holders = groups.flatMap(([group, members]) =>
    members.filter((member) => member === name).map(() => `'${group}'`),
  )
  if (holders.length === 1) return []
  const text =
    holders.length === 0
      ? `class '${name}' is in no group`
      : `class '${name}' is listed ${holders.length} times (${holders.join(', ')})`
  return [{ text, suggestions: [] }]
}

function labelsInvalid(name: string, problems: readonly Problem[]): AppError {
  const hint = 'Each class of the data set belongs to exactly one group (labels.groups).'
  const errors = problems.map(
    ({ text, suggestions }) => new AppError('labels_invalid', text, { suggestions }),
  )
  const [first] = errors
  return first !== undefined && errors.length === 1
    ? new AppError('labels_invalid', `labels '${name}': ${first.message}`, {
        hint,
        suggestions: first.suggestions,
      })
    : new AppError('labels_invalid', `labels '${name}' have ${errors.length} problems`, {
        hint,
        details: errors,
      })
}
