import type { Command } from '@oclif/core'
import { Completion } from './completion/completion.js'
import { ConfigDiff } from './config/diff.js'
import { ConfigExplain } from './config/explain.js'
import { ConfigGroups } from './config/groups.js'
import { ConfigSchema } from './config/schema.js'
import { ConfigShow } from './config/show.js'
import { ConfigValidate } from './config/validate.js'
import { DataDescribe } from './data/describe.js'
import { DataFetch } from './data/fetch.js'
import { DataPreview } from './data/preview.js'
import { DataSnapshot } from './data/snapshot.js'
import { DataVerify } from './data/verify.js'
import { Doctor } from './doctor.js'
import { Export } from './export.js'
import { Predict } from './predict.js'
import { RunsList } from './runs/list.js'
import { RunsRm } from './runs/rm.js'
import { RunsShow } from './runs/show.js'
import { SqlExportSeedDemo } from './sql-export/seed-demo.js'
import { SqlExport } from './sql-export.js'
import { Sweep } from './sweep.js'
import { Test } from './test.js'
import { Train } from './train.js'

/** Every command under its id; a space in what the user types is a colon here. */
export const commands = {
  completion: Completion,
  'config:diff': ConfigDiff,
  'config:explain': ConfigExplain,
  'config:groups': ConfigGroups,
  'config:schema': ConfigSchema,
  'config:show': ConfigShow,
  'config:validate': ConfigValidate,
  'data:describe': DataDescribe,
  'data:fetch': DataFetch,
  'data:preview': DataPreview,
  'data:snapshot': DataSnapshot,
  'data:verify': DataVerify,
  doctor: Doctor,
  export: Export,
  predict: Predict,
  'runs:list': RunsList,
  'runs:rm': RunsRm,
  'runs:show': RunsShow,
  'sql-export': SqlExport,
  'sql-export:seed-demo': SqlExportSeedDemo,
  sweep: Sweep,
  test: Test,
  train: Train,
} satisfies Record<string, typeof Command>
