import { annotatedYaml, plainYaml } from '../../config/annotate.js'
import type { ConfigDiff } from '../../config/diff.js'
import type { DefaultsNode } from '../../config/defaults-tree.js'
import type { ExplainedInput, Explanation } from '../../config/explain.js'
import { type Place, placeText } from '../../config/places.js'
import type { ShownConfig } from '../../config/show.js'
import type { ConfigCheck } from '../../config/validate-directory.js'
import { formatTable } from '../../core/terminal.js'
import { jsonForm } from '../json-form.js'

interface View {
  readonly origins: boolean
  readonly defaults: boolean
  readonly tree: boolean
  readonly choices: boolean
  readonly package?: string | undefined
}

/** What `config show` prints: the config as YAML, or the view of its making that the flags ask for. */
export function renderShown(shown: ShownConfig, view: View): string {
  if (view.tree) return shown.tree.map((node) => treeText(node)).join('\n')
  if (view.choices) {
    return formatTable(['group', 'option'], Object.entries(shown.choices))
  }
  if (view.defaults) {
    return formatTable(
      ['config', 'package', 'self', 'asked for by', 'file'],
      shown.defaults.map(({ config, package: target, self, chosen, file }) => [
        config,
        target === '' ? null : target,
        self ? '_self_' : '',
        chosen === null ? null : placeText(chosen),
        file,
      ]),
    )
  }
  const header = view.package === undefined ? '' : `# @package ${view.package}\n`
  if (!view.origins) return header + plainYaml(shown.config)
  return header + annotatedYaml(shown.config, shown.origins, view.package)
}

function treeText({ config, package: target, children, chosen }: DefaultsNode, depth = 0): string {
  const place = target === '' || children === null ? '' : ` -> ${target}`
  const source = chosen === null ? '' : `   (${chosen})`
  const line = `${'  '.repeat(depth)}${config}${place}${source}`
  return [line, ...(children ?? []).map((child) => treeText(child, depth + 1))].join('\n')
}

/** What `config explain` prints. */
export function renderExplanation(explanation: Explanation, depth = 0): string {
  const { key, value, failure, steps, inputs } = explanation
  const result = failure === null ? shown(value) : `cannot be resolved: ${failure}`
  const chain = steps.map(({ place, chosen, value: written }, index) => {
    const verdict = index === steps.length - 1 ? '' : '  (replaced)'
    return `  ${placeText(place)}${layerText(place, chosen)}: ${shown(written)}${verdict}`
  })
  const lines = [
    `${key === '' ? '(the whole config)' : key} = ${result}`,
    ...(isMapping(explanation) ? belowText(explanation) : chain),
    ...inputs.map((input) => inputText(input, depth)),
  ]
  return lines.map((line) => '  '.repeat(depth) + line).join('\n')
}

function isMapping({ value, below }: Explanation): boolean {
  return below.length > 0 && !Array.isArray(value)
}

function belowText({ below, key }: Explanation): string[] {
  const inside = key === '' ? 0 : key.length + 1
  const rows = below.map((leaf) => [
    `  ${leaf.key.slice(inside)}`,
    shown(leaf.value),
    placeText(leaf.place) + layerText(leaf.place),
  ])
  return formatTable(['  key', 'value', 'set by'], rows).split('\n')
}

function inputText(input: ExplainedInput, depth: number): string {
  if (input.kind === 'resolver') return `  by the resolver ${input.name}`
  if (input.kind === 'environment') {
    const value = input.value === null ? '(not set)' : `= ${shown(input.value)}`
    return `  from the environment variable ${input.name} ${value}`
  }
  if (input.target === null) return `  from ${input.path}, which is not there`
  return `  from\n${renderExplanation(input.target, depth + 2)}`
}

/** The config of a file, and the word that chose it, if one did. */
function layerText({ kind, layer }: Place, chosen: Place | null = null): string {
  if (kind !== 'file') return ''
  const word = chosen?.override ?? null
  return word === null ? ` (${layer})` : ` (${layer}, by override ${word.number}: ${word.word})`
}

/** What `config diff` prints. */
export function renderDiff({ changed, added, removed }: ConfigDiff): string {
  const rows: [string, string, string][] = [
    ...changed.map(({ key, from, to }): [string, string, string] => [
      `~ ${key}`,
      shown(from),
      shown(to),
    ]),
    ...removed.map(({ key, from }): [string, string, string] => [`- ${key}`, shown(from), '']),
    ...added.map(({ key, to }): [string, string, string] => [`+ ${key}`, '', shown(to)]),
  ]
  if (rows.length === 0) return 'The configs are equal.'
  return formatTable(['key', 'A', 'B'], rows)
}

/** What `config validate` prints beside the problems: what was checked. */
export function renderCheck({
  directories,
  configs,
  groups,
  options,
  compositions,
  problems,
}: ConfigCheck): string {
  const names = configs.map(({ name, root }) => (root === null ? `${name} (no schema)` : name))
  return [
    `directories   ${directories.join(', ')}`,
    `configs       ${names.join(', ')}`,
    `groups        ${groups} with ${options} options`,
    `compositions  ${compositions}`,
    `problems      ${problems.length === 0 ? 'none' : problems.length}`,
  ].join('\n')
}

/** A value on one line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value, (key, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : jsonForm(key, inner),
  ) as string | undefined
  if (text === undefined) return 'nothing'
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}
