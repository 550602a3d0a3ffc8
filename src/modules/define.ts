/** A JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The keys of a config section: each has a `default`, or must be given. `description` of the whole and of each key is what
 * listings and editors show.
 */
export interface KeysSchema {
  readonly [keyword: string]: unknown
  readonly description?: string
  readonly properties: Readonly<Record<string, JsonSchema>>
}

/** Images of one part and what is known of each. */
export interface DatasetPart {
  /** Uint8, image after image, each height x width x channels, row by row, channels innermost. */
  readonly images: Uint8Array
  /** The number of each image's class, from 0, in the order of `classes`. */
  readonly labels: ArrayLike<number>
  /** What each image belongs to, such as a patient, for `split.group`; of all training and validation images, or of none. */
  readonly groups?: ArrayLike<number | string>
}

/** What a data set consists of. */
export interface DatasetContent {
  /** Height, width, channels (1 or 3) of every image. */
  readonly shape: readonly [height: number, width: number, channels: number]
  /** The names of the classes, two or more. */
  readonly classes: readonly string[]
  readonly splits: {
    readonly train: DatasetPart
    /** Set aside for validation by `split=predefined`; otherwise split like the training images. */
    readonly validation?: DatasetPart
    readonly test?: DatasetPart
  }
  /** What this is, for people; the name of the data set if left out. */
  readonly title?: string
}

/** What `open` may use besides its config. */
export interface DatasetContext {
  /** The directory of the module. */
  readonly directory: string
  /** Where what was downloaded or computed may be kept; may not exist yet. */
  readonly cacheDirectory: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal | undefined
  /** Bytes that all threads share: images that are made in them are not copied. */
  readonly allocate: (bytes: number) => Uint8Array
  /** Tells the user something, once the command has begun. */
  readonly warn: (message: string) => void
}

/** A data set of a user's module, chosen by `data=custom/<name>`. */
export interface DatasetDefinition<Config extends object = Record<string, unknown>> {
  /** Letters, digits, `_` and `-`, a letter first. */
  readonly name: string
  /** The keys that the data set has besides those that all have (batch_size, resize, ...). */
  readonly schema: KeysSchema
  /** Makes or reads the images that a config describes; the same config gives the same images. */
  open(config: Config, context: DatasetContext): DatasetContent | Promise<DatasetContent>
  /** The files, directories and URLs that the images come from, for `data fetch` and `data snapshot`. */
  places?(config: Config): readonly string[] | Promise<readonly string[]>
}

/** Gives a data set back as it is: it is there for editors and for TypeScript, which then know what its parts are. */
export function defineDataset<Config extends object = Record<string, unknown>>(
  definition: DatasetDefinition<Config>,
): DatasetDefinition<Config> {
  return definition
}
