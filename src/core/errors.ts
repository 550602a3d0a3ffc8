/** Where an error was found: a file position, or a place inside the typed words (`file` is then `<command line>`). */
export interface Location {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** The config layer that set the value, such as `configs/train.yaml` or `override 2`. */
  readonly layer?: string
}

interface CatalogueEntry {
  readonly exit: number
  readonly meaning: string
}

/** Every error code the product can report, with its exit code; `docs/errors.md` is checked against this table. */
export const errorCatalogue = {
  usage: { exit: 2, meaning: 'The command line is not understood.' },
  unknown_command: { exit: 2, meaning: 'No command has that name.' },
  override_syntax: { exit: 2, meaning: 'An override does not follow the grammar.' },
  override_target: { exit: 3, meaning: 'An override names a key or group that does not exist.' },
  config_syntax: { exit: 3, meaning: 'A config file is not valid YAML.' },
  config_unknown_option: { exit: 3, meaning: 'A config group has no option of that name.' },
  config_defaults: { exit: 3, meaning: 'A defaults list cannot be followed.' },
  config_merge: { exit: 3, meaning: 'Two layers cannot be merged.' },
  config_interpolation: { exit: 3, meaning: 'An interpolation cannot be resolved.' },
  config_missing: { exit: 3, meaning: 'A mandatory value is not set.' },
  config_invalid: { exit: 3, meaning: 'A value does not fit the schema.' },
  config_conflict: { exit: 3, meaning: 'Two values contradict each other.' },
  labels_invalid: { exit: 3, meaning: 'The label groups do not cover each class exactly once.' },
  settings_invalid: { exit: 3, meaning: "The project's settings file is not valid." },
  module_invalid: { exit: 3, meaning: 'A module that the settings name cannot be used.' },
  data_missing: { exit: 4, meaning: 'A data file or directory is not there.' },
  data_corrupt: { exit: 4, meaning: 'A data file is damaged or not what it claims to be.' },
  data_mismatch: { exit: 4, meaning: 'Data files do not belong together, or changed since.' },
  module_failed: { exit: 4, meaning: 'A data set of a module failed, or gave what it may not.' },
  download_failed: { exit: 4, meaning: 'A download failed from every source.' },
  run_not_found: { exit: 4, meaning: 'No run matches the reference.' },
  run_ambiguous: { exit: 4, meaning: 'Several runs match the reference.' },
  run_corrupt: { exit: 4, meaning: 'A file of a run is missing or damaged.' },
  run_busy: { exit: 4, meaning: 'Another process is working on the run.' },
  run_finished: { exit: 4, meaning: 'The run has finished; there is nothing to resume.' },
  record_too_new: { exit: 4, meaning: 'The record was written by a newer version.' },
  checkpoint_mismatch: { exit: 4, meaning: 'A checkpoint does not fit the model or the data.' },
  weights_missing: { exit: 4, meaning: 'A file of pretrained weights is not there.' },
  weights_corrupt: { exit: 4, meaning: 'Pretrained weights are damaged or not the expected ones.' },
  weights_mismatch: { exit: 4, meaning: 'Pretrained weights do not fit the model.' },
  engine_unavailable: { exit: 4, meaning: 'The chosen engine cannot run here.' },
  engine_unsupported: { exit: 1, meaning: 'The engine has no rule for an operation.' },
  environment_broken: { exit: 4, meaning: 'Something that is required does not work here.' },
  loss_not_finite: { exit: 1, meaning: 'The loss became NaN or infinite.' },
  run_failed: { exit: 1, meaning: 'The run failed.' },
  trials_failed: { exit: 5, meaning: 'Some trials of a sweep failed.' },
  database_failed: { exit: 4, meaning: 'The database is missing, damaged or refuses a statement.' },
  database_schema: { exit: 4, meaning: 'The database lacks a table or a column.' },
  database_denied: { exit: 4, meaning: 'The database refuses the user, the password or a right.' },
  database_unreachable: {
    exit: 75,
    meaning: 'The database server cannot be reached, or has gone.',
  },
  database_busy: {
    exit: 75,
    meaning: 'The database kept a lock, or ran out of time or connections.',
  },
  output_unwritable: { exit: 8, meaning: 'An output cannot be written.' },
  disk_full: { exit: 8, meaning: 'The disk is full.' },
  bug: { exit: 70, meaning: 'A defect of the program itself.' },
  interrupted: { exit: 130, meaning: 'The command was interrupted.' },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof errorCatalogue

export interface ErrorOptions {
  /** What the user can do about it, one sentence. */
  readonly hint?: string
  readonly suggestions?: readonly string[]
  readonly location?: Location
  /** A code frame or other block shown below the message, ready to print. */
  readonly frame?: string
  /** Further problems of the same kind, when several were found at once. */
  readonly details?: readonly AppError[]
  readonly cause?: unknown
}

/** The one error class for failures a user can act on; anything else that is thrown is a defect. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly hint: string | undefined
  readonly suggestions: readonly string[]
  readonly location: Location | undefined
  readonly frame: string | undefined
  readonly details: readonly AppError[]

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, { cause: options.cause })
    this.hint = options.hint
    this.suggestions = options.suggestions ?? []
    this.location = options.location
    this.frame = options.frame
    this.details = options.details ?? []
  }

  get exit(): number {
    return errorCatalogue[this.code].exit
  }
}

const fullDisk = new Set(['ENOSPC', 'EDQUOT'])
const unwritable = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT', 'ENOTEMPTY'],
  ...['ENAMETOOLONG', 'ELOOP', 'EBUSY', 'EIO', 'EFBIG', 'ENXIO', 'EMFILE', 'ENFILE'],
])

/** Turns a failed write into an `AppError` that names the path; other errors come back unchanged. */
export function writeError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error
  const code = systemCode(error)
  if (fullDisk.has(code)) {
    return new AppError('disk_full', `The disk is full: ${path} was not written`, {
      hint: 'Free some space, then resume or repeat the command.',
      cause: error,
    })
  }
  if (unwritable.has(code)) {
    return new AppError('output_unwritable', `Cannot write ${path} (${code})`, {
      hint: 'Choose a directory you may write to.',
      cause: error,
    })
  }
  return error
}

/** The operating system's code of a failed call (`ENOENT`), or an empty text. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}
