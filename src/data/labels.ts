import { AppError } from '../core/errors.js'
import { nearest } from '../core/table.js'
import type { LabelsConfig } from '../spec/types.gen.js'

/** What the model tells apart: `names[map[c]]` is the label of class `c`; -1: its images are left out. */
export interface Labels {
  readonly names: readonly string[]
  readonly map: Int32Array
}

/**
 * Maps each class of a data set to exactly one label, or to none where it is excluded; `labels_invalid` names every
 * class and label that breaks a rule.
 */
export function mapLabels(config: LabelsConfig, classes: readonly string[]): Labels {
  const { names, map, problems } = assigned(withoutAliases(config), classes)
  const wrong = [...problems, ...renaming(config.rename, names)]
  if (wrong.length > 0) throw labelsInvalid(config.name, wrong)
  if (names.length < 2) {
    const left = names.length === 0 ? 'no label' : `one label, ${names.join()}`
    throw new AppError('labels_invalid', `labels '${config.name}' leave ${left}`, {
      hint: 'There must be two labels or more to tell apart: exclude fewer classes.',
    })
  }
  return { names: names.map((name) => config.rename[name] ?? name), map }
}

interface Assigned extends Labels {
  readonly problems: readonly Problem[]
}

function assigned(config: LabelsConfig, classes: readonly string[]): Assigned {
  const excluded = unknownClasses('exclude', config.exclude, classes)
  const kept = classes.filter((name) => !config.exclude.includes(name))
  if (!('groups' in config)) {
    const map = Int32Array.from(classes, (name) => kept.indexOf(name))
    return { names: kept, map, problems: excluded }
  }
  const groups = Object.entries(config.groups)
  return {
    names: groups.map(([group]) => group),
    map: Int32Array.from(classes, (name) =>
      groups.findIndex(([, members]) => members.includes(name)),
    ),
    problems: [
      ...excluded,
      ...groups.flatMap(([group, members]) => unknownClasses(`group '${group}'`, members, classes)),
      ...kept.flatMap((name) => coverage(name, groups)),
      ...config.exclude.flatMap((name) => alsoGrouped(name, groups)),
    ],
  }
}

/** Classes by their own names wherever an alias stands. */
function withoutAliases(config: LabelsConfig): LabelsConfig {
  const own = (name: string) => config.aliases[name] ?? name
  const exclude = config.exclude.map(own)
  if (!('groups' in config)) return { ...config, exclude }
  const groups = Object.entries(config.groups).map(([group, members]) => [group, members.map(own)])
  return { ...config, exclude, groups: Object.fromEntries(groups) as typeof config.groups }
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
  place: string,
  members: readonly string[],
  classes: readonly string[],
): Problem[] {
  return members
    .filter((member) => !classes.includes(member))
    .map((member) => ({
      text: `${place} names '${member}', which is no class of the data`,
      suggestions: nearest(member, classes),
    }))
}

function alsoGrouped(
  name: string,
  groups: readonly (readonly [string, readonly string[]])[],
): Problem[] {
  return groups
    .filter(([, members]) => members.includes(name))
    .map(([group]) => ({
      text: `class '${name}' is excluded, but listed in '${group}'`,
      suggestions: [],
    }))
}

function renaming(rename: Readonly<Record<string, string>>, names: readonly string[]): Problem[] {
  const unknown = Object.keys(rename).filter((name) => !names.includes(name))
  const shown = names.map((name) => rename[name] ?? name)
  const twice = shown.filter((name, index) => shown.indexOf(name) !== index)
  return [
    ...unknown.map((name) => ({
      text: `rename names '${name}', which is no label`,
      suggestions: nearest(name, names),
    })),
    ...twice.map((name) => ({ text: `two labels are called '${name}'`, suggestions: [] })),
  ]
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
