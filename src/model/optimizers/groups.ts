import { AppError } from '../../core/errors.js'
import { nearest } from '../../core/table.js'
import type { OptimizerConfig } from '../../spec/types.gen.js'
import type { Moment } from './rule.js'

/** An entry of `optimizer.groups`. */
export type ParameterGroup = OptimizerConfig['groups'][number]

/** What weights that are in no group follow: the optimizer's own lr and weight_decay. */
const rest: ParameterGroup = { match: '*', lr: null, lr_scale: 1, weight_decay: null }

/** The group of each weight, and its index (0: none), by the first group that matches. */
export interface Assignment {
  readonly groups: readonly ParameterGroup[]
  /** For each name its index in `groups`. */
  readonly indices: readonly number[]
}

/**
 * Sorts weights into groups. A pattern stands for the weights whose names it matches, `*` standing for anything, and for
 * all below a module of that name. `config_conflict` for one that matches nothing, or for a group without weights.
 */
export function assignGroups(
  groups: readonly ParameterGroup[],
  names: readonly string[],
): Assignment {
  const tests = groups.map(({ match }) => [match].flat().map((pattern) => testOf(pattern, names)))
  const indices = names.map(
    (name) => tests.findIndex((patterns) => patterns.some((test) => test(name))) + 1,
  )
  groups.forEach((group, index) => {
    if (!indices.includes(index + 1)) throw emptyGroup(group)
  })
  return { groups: [rest, ...groups], indices }
}

/** The optimizer's config as a group's weights follow it. */
export function configOf(config: OptimizerConfig, group: ParameterGroup): OptimizerConfig {
  return group.weight_decay === null ? config : { ...config, weight_decay: group.weight_decay }
}

/** A moment as a group sees it. */
export function momentOf(config: OptimizerConfig, group: ParameterGroup, moment: Moment): Moment {
  if (group.lr === null && group.lr_scale === 1) return moment
  return { ...moment, learningRate: group.lr_scale * baseRate(config, group, moment) }
}

function baseRate(config: OptimizerConfig, { lr }: ParameterGroup, moment: Moment): number {
  const { learningRate, learningRateOf } = moment
  if (lr === null || lr === config.lr) return learningRate
  return learningRateOf ? learningRateOf(lr) : lr * (learningRate / config.lr)
}

function testOf(pattern: string, names: readonly string[]): (name: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}([./].*)?$`)
  if (!names.some((name) => expression.test(name))) throw unmatched(pattern, names)
  return (name) => expression.test(name)
}

function unmatched(pattern: string, names: readonly string[]): AppError {
  const modules = names.flatMap((name) => {
    const ends = [...name.matchAll(/[./]|$/g)].map(({ index }) => index)
    return ends.map((end) => name.slice(0, end))
  })
  return new AppError('config_conflict', `optimizer.groups: '${pattern}' matches no weight`, {
    suggestions: nearest(pattern.replace(/[./]?\*$/, ''), new Set(modules)),
    hint: `The weights that are trained are ${shorten(names)}.`,
  })
}

function emptyGroup({ match }: ParameterGroup): AppError {
  const patterns = [match].flat().join("', '")
  return new AppError(
    'config_conflict',
    `optimizer.groups: every weight of '${patterns}' belongs to an earlier group`,
    { hint: 'A weight belongs to the first group that matches: put the narrower one first.' },
  )
}

function shorten(names: readonly string[]): string {
  return names.length <= 8
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')}, … ${names.slice(-2).join(', ')}`
}
