import type { GroupEntry, OptionEntry } from '../../config/groups.js'

/** The tree of groups as indented lines, options with what is known of them. */
export function renderGroups(groups: readonly GroupEntry[], depth = 0): string {
  const width = Math.max(
    0,
    ...groups.flatMap(({ options }) => options.map(({ name }) => name.length)),
  )
  return groups.map((group) => groupText(group, depth, width)).join('\n')
}

function groupText(
  { group, description, options, groups }: GroupEntry,
  depth: number,
  width: number,
): string {
  const indent = '  '.repeat(depth)
  const about = description === null ? '' : `  ${description}`
  const lines = [
    `${indent}${group}${about}`,
    ...options.map((option) => `${indent}  ${optionText(option, width)}`),
  ]
  if (groups.length > 0) lines.push(renderGroups(groups, depth + 1))
  return lines.join('\n')
}

function optionText(
  { name, description, file, shadows, default_of }: OptionEntry,
  width: number,
): string {
  const mark = default_of.length > 0 ? '*' : ' '
  const hides = shadows.length === 0 ? '' : ` (hides ${shadows.join(', ')})`
  const about = description === null ? '' : `  ${description}`
  return `${mark} ${name.padEnd(width)}  ${file}${hides}${about}`
}
