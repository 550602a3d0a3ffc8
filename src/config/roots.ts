import type { Roots } from '../spec/types.gen.js'

/** The commands that have a config, each after those whose config it builds on. */
export const rootNames = [
  'train',
  'test',
  'predict',
  'export',
  'doctor',
  'sweep',
  'sql-export',
] as const satisfies (keyof Roots)[]
