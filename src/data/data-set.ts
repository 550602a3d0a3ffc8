import type { Log } from '../core/log.js'
import type { Progress } from '../core/terminal.js'
import type { LoadedDataset, ModuleFacts } from '../modules/load.js'
import type { Images } from './images.js'

/** One part of a data set. Images are uint8 in HWC order; labels are class numbers. */
export interface Part {
  readonly count: number
  readonly labels: Int32Array
  /** Where the images are, for threads that read them on their own. */
  readonly images: Images
  /** Copies the images of these indices, in this order, to the start of `out`. */
  read(indices: ArrayLike<number>, out: Uint8Array): void
}

/**
 * A file or directory the images came from. Hash and size are those of the unpacked content, so that repacking changes
 * neither; those of encoded images are the hash and size of their pixels.
 */
export interface DataFile {
  readonly name: string
  readonly path: string
  readonly sha256: string
  readonly bytes: number
}

/** Labelled images of one size, ready to be read. */
export interface DataSet {
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number]
  readonly classes: readonly string[]
  /** `test` is null where the data has no part of its own for it. */
  readonly splits: { readonly train: Part; readonly test: Part | null }
  /** Images of the training part that the data itself sets aside for validation, ascending; null: it sets none aside. */
  readonly validation: Int32Array | null
  /** Images of the training part that belong together have one number; null: the data does not say. */
  readonly groups: Int32Array | null
  /** SHA-256 that changes whenever shape, classes, labels or pixels do, and not when files are moved or repacked. */
  readonly fingerprint: string
  readonly files: readonly DataFile[]
  /** The user's module that made it, if one did. */
  readonly module?: DataModule
  /** Whether the images are made up, to show the program rather than to learn anything from. */
  readonly demo: boolean
  /** What this is, for people: one sentence a line. */
  describe(): string
}

/** A module that a data set comes from. */
export interface DataModule extends ModuleFacts {
  /** What the config calls the data set. */
  readonly name: string
}

/** What a data set may use besides its config. */
export interface DataContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where downloads are kept; may not exist yet. */
  readonly cacheDirectory: string
  readonly progress: Progress
  readonly log: Log
  /** Ends a download early; what has arrived is kept and resumed the next time. */
  readonly signal?: AbortSignal
  /** The data sets of the project's modules. */
  readonly datasets?: readonly LoadedDataset[]
  /** Bytes up to which pixels made from files are held in memory; 256 MiB unless given. */
  readonly memoryLimit?: number
  /** Milliseconds without a byte after which a download counts as dead; 30 seconds unless given. */
  readonly stallMilliseconds?: number
}

/** A kind of data set: opens what its config describes, or throws what the user can do about it. */
export interface DataSetKind<Config> {
  open(config: Config, context: DataContext): Promise<DataSet>
}
