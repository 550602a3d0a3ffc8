import type { TableDefinition } from '../tables.js'

/** The version of the tables below; a database of a newer one is refused. */
export const tablesVersion = 1

const ofRun = [{ column: 'run_id', table: 'atelier_runs', references: 'run_id' }]

/** The version of the tables, in one row that writers lock. */
export const versionTable = {
  name: 'atelier_tables',
  columns: [
    { name: 'id', type: 'integer' },
    { name: 'version', type: 'integer' },
  ],
  primaryKey: ['id'],
  foreignKeys: [],
} as const satisfies TableDefinition

/** What training runs are stored in, each table behind the one it refers to; times are texts of ISO 8601. */
export const runTables = {
  runs: {
    name: 'atelier_runs',
    columns: [
      { name: 'run_id', type: 'name' },
      { name: 'store', type: 'text' },
      { name: 'path', type: 'text' },
      { name: 'experiment', type: 'text' },
      { name: 'state', type: 'name' },
      { name: 'model', type: 'text' },
      { name: 'data', type: 'text' },
      { name: 'seed', type: 'integer' },
      { name: 'spec_hash', type: 'name', nullable: true },
      { name: 'result_key', type: 'name', nullable: true },
      { name: 'parent', type: 'text', nullable: true },
      { name: 'started_at', type: 'name', nullable: true },
      { name: 'updated_at', type: 'name', nullable: true },
      { name: 'attempts', type: 'integer', nullable: true },
      { name: 'outcome', type: 'name', nullable: true },
      { name: 'epochs', type: 'integer', nullable: true },
      { name: 'best_epoch', type: 'integer', nullable: true },
      { name: 'best_metric', type: 'name', nullable: true },
      { name: 'best_value', type: 'real', nullable: true },
      { name: 'weight_hash', type: 'name', nullable: true },
      { name: 'error_code', type: 'name', nullable: true },
      { name: 'error_message', type: 'text', nullable: true },
      { name: 'tags', type: 'text' },
      { name: 'note', type: 'text', nullable: true },
      { name: 'atelier_version', type: 'name', nullable: true },
      { name: 'git_commit', type: 'name', nullable: true },
      { name: 'content_hash', type: 'name' },
    ],
    primaryKey: ['run_id'],
    foreignKeys: [],
  },
  params: {
    name: 'atelier_params',
    columns: [
      { name: 'run_id', type: 'name' },
      { name: 'position', type: 'integer' },
      { name: 'path', type: 'text' },
      { name: 'type', type: 'name' },
      { name: 'value', type: 'text', nullable: true },
    ],
    primaryKey: ['run_id', 'position'],
    foreignKeys: ofRun,
  },
  metrics: {
    name: 'atelier_metrics',
    columns: [
      { name: 'run_id', type: 'name' },
      { name: 'epoch', type: 'integer' },
      { name: 'name', type: 'name' },
      { name: 'value', type: 'real', nullable: true },
    ],
    primaryKey: ['run_id', 'epoch', 'name'],
    foreignKeys: ofRun,
  },
  evaluations: {
    name: 'atelier_evaluations',
    columns: [
      { name: 'run_id', type: 'name' },
      { name: 'evaluation', type: 'name' },
      { name: 'split', type: 'text', nullable: true },
      { name: 'checkpoint', type: 'text', nullable: true },
      { name: 'checkpoint_epoch', type: 'integer', nullable: true },
      { name: 'data_fingerprint', type: 'text', nullable: true },
    ],
    primaryKey: ['run_id', 'evaluation'],
    foreignKeys: ofRun,
  },
  evaluation_metrics: {
    name: 'atelier_evaluation_metrics',
    columns: [
      { name: 'run_id', type: 'name' },
      { name: 'evaluation', type: 'name' },
      { name: 'position', type: 'integer' },
      { name: 'class', type: 'text', nullable: true },
      { name: 'name', type: 'name' },
      { name: 'value', type: 'real', nullable: true },
    ],
    primaryKey: ['run_id', 'evaluation', 'position'],
    foreignKeys: ofRun,
  },
} as const satisfies Record<string, TableDefinition>

/** What sweeps are stored in. A trial outlives its run, so nothing ties its `run_id` to one. */
export const sweepTables = {
  sweeps: {
    name: 'atelier_sweeps',
    columns: [
      { name: 'sweep_id', type: 'name' },
      { name: 'store', type: 'text' },
      { name: 'path', type: 'text' },
      { name: 'state', type: 'name' },
      { name: 'sampler', type: 'name', nullable: true },
      { name: 'metric', type: 'name', nullable: true },
      { name: 'mode', type: 'name', nullable: true },
      { name: 'planned', type: 'integer' },
      { name: 'content_hash', type: 'name' },
    ],
    primaryKey: ['sweep_id'],
    foreignKeys: [],
  },
  trials: {
    name: 'atelier_trials',
    columns: [
      { name: 'sweep_id', type: 'name' },
      { name: 'trial', type: 'integer' },
      { name: 'words', type: 'text' },
      { name: 'state', type: 'name' },
      { name: 'run_id', type: 'text', nullable: true },
      { name: 'value', type: 'real', nullable: true },
      { name: 'error_code', type: 'name', nullable: true },
      { name: 'error_message', type: 'text', nullable: true },
    ],
    primaryKey: ['sweep_id', 'trial'],
    foreignKeys: [{ column: 'sweep_id', table: 'atelier_sweeps', references: 'sweep_id' }],
  },
} as const satisfies Record<string, TableDefinition>
