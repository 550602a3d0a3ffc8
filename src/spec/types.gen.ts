// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * The data set and how it is cut into batches.
 */
export type DataConfig =
  | SyntheticFashionConfig
  | FashionMnistConfig
  | IdxConfig
  | ImageFolderConfig
  | TensorTableConfig
  | PixelCsvConfig
  | CustomDataConfig
/**
 * What the model is asked to tell apart.
 */
export type LabelsConfig = ClassLabelsConfig | GroupLabelsConfig
/**
 * How pixels become numbers.
 */
export type NormalizationConfig =
  | NoNormalizationConfig
  | Rescale255Config
  | MinMaxConfig
  | NegativePositiveConfig
  | StandardizeConfig
  | DatasetStandardizeConfig
  | ImagenetConfig
/**
 * The network.
 */
export type ModelConfig =
  | MlpConfig
  | LenetConfig
  | CnnConfig
  | ResnetConfig
  | MobilenetV2Config
  | SqueezenetConfig
  | ShufflenetConfig
  | EfficientnetConfig
  | DensenetConfig
  | VitConfig
/**
 * What training minimizes; names, defaults and formulas are PyTorch's.
 */
export type LossConfig =
  | CrossEntropyConfig
  | NllConfig
  | FocalConfig
  | SigmoidFocalConfig
  | BinaryCrossEntropyConfig
  | MultiMarginConfig
  | MseConfig
  | L1Config
  | SmoothL1Config
  | HuberConfig
  | KlDivConfig
/**
 * How weights follow their gradients; names, defaults and formulas are PyTorch's.
 */
export type OptimizerConfig =
  | SgdConfig
  | AdamConfig
  | AdamWConfig
  | RmspropConfig
  | AdagradConfig
  | AdadeltaConfig
  | AdamaxConfig
  | NadamConfig
  | RadamConfig
  | LionConfig
/**
 * How the learning rate changes; names, defaults and formulas are PyTorch's.
 */
export type SchedulerConfig =
  | NoScheduleConfig
  | StepScheduleConfig
  | MultiStepScheduleConfig
  | ExponentialScheduleConfig
  | CosineScheduleConfig
  | CosineWarmRestartsScheduleConfig
  | OneCycleScheduleConfig
  | CyclicScheduleConfig
  | LinearScheduleConfig
  | ConstantScheduleConfig
  | PolynomialScheduleConfig
  | LambdaScheduleConfig
  | PlateauScheduleConfig
  | SequentialScheduleConfig
  | ChainedScheduleConfig
/**
 * How trials are chosen from the axes.
 */
export type SamplerConfig = GridSamplerConfig | RandomSamplerConfig

export interface Roots {
  train: TrainConfig
  test: TestConfig
  predict: PredictConfig
  export: ExportConfig
  doctor: DoctorConfig
  sweep: SweepConfig
  'sql-export': SqlExportConfig
}
/**
 * The composed config of `train`: everything a run needs.
 */
export interface TrainConfig {
  /**
   * The one seed; every random stream is derived from it.
   */
  seed: number
  /**
   * Name of the experiment; runs are kept under it.
   */
  experiment: string
  data: DataConfig
  labels: LabelsConfig
  split: SplitConfig
  normalization: NormalizationConfig
  augmentation: AugmentationConfig
  model: ModelConfig
  loss: LossConfig
  optimizer: OptimizerConfig
  scheduler: SchedulerConfig
  trainer: TrainerConfig
  engine: EngineConfig
  run: RunConfig
}
/**
 * Garments drawn by the program itself: the embedded demo data.
 */
export interface SyntheticFashionConfig {
  name: 'synthetic_fashion'
  /**
   * Images in the training part, the same number of each class as far as it divides.
   */
  train_size: number
  /**
   * Images in the test part.
   */
  test_size: number
  /**
   * Seed the images are drawn from; the same seed gives the same images.
   */
  seed: number
  resize: ResizeConfig
  /**
   * keep: as the images are; grey: one channel; rgb: three, grey repeated.
   */
  channels: 'keep' | 'grey' | 'rgb'
  /**
   * Images per training step.
   */
  batch_size: number
  /**
   * What happens to the smaller batch at the end of an epoch.
   */
  last_batch: 'keep' | 'drop'
  /**
   * Threads that prepare training batches ahead; auto: none without augmentation, else up to two. The number never changes a result.
   */
  num_workers: 'auto' | number
}
/**
 * What images are resized to.
 */
export interface ResizeConfig {
  /**
   * Height and width in pixels; null: images keep their size.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number] | null
  /**
   * nearest, bilinear, bicubic (with a wider kernel where an image shrinks), or area: the average of a box.
   */
  method: 'nearest' | 'bilinear' | 'bicubic' | 'area'
  /**
   * stretch: to the size, whatever the proportions; pad: whole, on black; crop: filled, the rest cut off.
   */
  fit: 'stretch' | 'pad' | 'crop'
}
/**
 * Zalando's Fashion-MNIST: 60,000 and 10,000 grey images of 28x28.
 */
export interface FashionMnistConfig {
  name: 'fashion_mnist'
  /**
   * Directory of the four IDX files, gz or raw; null: FASHION_DIR, else the cache.
   */
  directory: string | null
  /**
   * Base URLs tried in order when the files have to be downloaded.
   *
   * @minItems 1
   */
  mirrors: [string, ...string[]]
  resize: ResizeConfig1
  /**
   * keep: as the images are; grey: one channel; rgb: three, grey repeated.
   */
  channels: 'keep' | 'grey' | 'rgb'
  /**
   * Images per training step.
   */
  batch_size: number
  /**
   * What happens to the smaller batch at the end of an epoch.
   */
  last_batch: 'keep' | 'drop'
  /**
   * Threads that prepare training batches ahead; auto: none without augmentation, else up to two. The number never changes a result.
   */
  num_workers: 'auto' | number
}
/**
 * What images are resized to.
 */
export interface ResizeConfig1 {
  /**
   * Height and width in pixels; null: images keep their size.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number] | null
  /**
   * nearest, bilinear, bicubic (with a wider kernel where an image shrinks), or area: the average of a box.
   */
  method: 'nearest' | 'bilinear' | 'bicubic' | 'area'
  /**
   * stretch: to the size, whatever the proportions; pad: whole, on black; crop: filled, the rest cut off.
   */
  fit: 'stretch' | 'pad' | 'crop'
}
/**
 * Any family of IDX files, gz or raw.
 */
export interface IdxConfig {
  name: 'idx'
  /**
   * Path of the training images, or a list of several.
   */
  train_images: string | [string, ...string[]]
  /**
   * Path of their labels, or a list of several.
   */
  train_labels: string | [string, ...string[]]
  /**
   * Path of the test images; null: there are none.
   */
  test_images: null | string | [string, ...string[]]
  /**
   * Path of their labels.
   */
  test_labels: null | string | [string, ...string[]]
  /**
   * Class names in the order of the label numbers; null: the numbers themselves.
   *
   * @minItems 2
   */
  classes: [string, string, ...string[]] | null
  /**
   * The number of the first class in the labels.
   */
  label_base: 0 | 1
  resize: ResizeConfig2
  /**
   * keep: as the images are; grey: one channel; rgb: three, grey repeated.
   */
  channels: 'keep' | 'grey' | 'rgb'
  /**
   * Images per training step.
   */
  batch_size: number
  /**
   * What happens to the smaller batch at the end of an epoch.
   */
  last_batch: 'keep' | 'drop'
  /**
   * Threads that prepare training batches ahead; auto: none without augmentation, else up to two. The number never changes a result.
   */
  num_workers: 'auto' | number
}
/**
 * What images are resized to.
 */
export interface ResizeConfig2 {
  /**
   * Height and width in pixels; null: images keep their size.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number] | null
  /**
   * nearest, bilinear, bicubic (with a wider kernel where an image shrinks), or area: the average of a box.
   */
  method: 'nearest' | 'bilinear' | 'bicubic' | 'area'
  /**
   * stretch: to the size, whatever the proportions; pad: whole, on black; crop: filled, the rest cut off.
   */
  fit: 'stretch' | 'pad' | 'crop'
}
/**
 * Images in directories, one a class.
 */
export interface ImageFolderConfig {
  name: 'image_folder'
  /**
   * A directory, a zip archive, or the URL of one.
   */
  source: string
  /**
   * SHA-256 of the archive; null: not checked.
   */
  sha256: string | null
  /**
   * What an image that cannot be decoded does: fail ends the run with its name, skip leaves it out and says so.
   */
  on_corrupt: 'fail' | 'skip'
  /**
   * A regular expression with one pair of parentheses, matched with each image's path below the source: what the parentheses hold is the image's group, such as a patient, for split.group. null: no groups.
   */
  group_pattern: string | null
  resize: ResizeConfig3
  /**
   * grey: one channel; rgb: three, grey repeated.
   */
  channels: 'grey' | 'rgb'
  /**
   * Images per training step.
   */
  batch_size: number
  /**
   * What happens to the smaller batch at the end of an epoch.
   */
  last_batch: 'keep' | 'drop'
  /**
   * Threads that prepare training batches ahead; auto: none without augmentation, else up to two. The number never changes a result.
   */
  num_workers: 'auto' | number
}
/**
 * What images are resized to.
 */
export interface ResizeConfig3 {
  /**
   * Height and width in pixels; null: images keep their size.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number] | null
  /**
   * nearest, bilinear, bicubic (with a wider kernel where an image shrinks), or area: the average of a box.
   */
  method: 'nearest' | 'bilinear' | 'bicubic' | 'area'
  /**
   * stretch: to the size, whatever the proportions; pad: whole, on black; crop: filled, the rest cut off.
   */
  fit: 'stretch' | 'pad' | 'crop'
}
/**
 * Images as an array in a file, labels in a CSV file.
 */
export interface TensorTableConfig {
  name: 'tensor_table'
  /**
   * An npy, npz or safetensors file with an array [count, height, width(, channels)].
   */
  images: string
  /**
   * A CSV file with a row for each image.
   */
  labels: string
  /**
   * Test images; null: there are none.
   */
  test_images: string | null
  /**
   * Their labels.
   */
  test_labels: string | null
  /**
   * The array of an npz or safetensors file; null: its only one, or images.
   */
  array: string | null
  /**
   * Order of the axes.
   */
  layout: 'nhwc' | 'nchw'
  /**
   * Header of the label column; null: the only one, or label.
   */
  label_column: string | null
  /**
   * Header of the column that says which images belong together, such as patients, for split.group; null: no groups.
   */
  group_column: string | null
  /**
   * What separates the cells of a row.
   */
  separator: string
  /**
   * The number of the first class in the labels.
   */
  label_base: 0 | 1
  /**
   * A text file with one class name a line, in the order of the label numbers.
   */
  names: string | null
  resize: ResizeConfig4
  /**
   * keep: as the images are; grey: one channel; rgb: three, grey repeated.
   */
  channels: 'keep' | 'grey' | 'rgb'
  /**
   * Images per training step.
   */
  batch_size: number
  /**
   * What happens to the smaller batch at the end of an epoch.
   */
  last_batch: 'keep' | 'drop'
  /**
   * Threads that prepare training batches ahead; auto: none without augmentation, else up to two. The number never changes a result.
   */
  num_workers: 'auto' | number
}
/**
 * What images are resized to.
 */
export interface ResizeConfig4 {
  /**
   * Height and width in pixels; null: images keep their size.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number] | null
  /**
   * nearest, bilinear, bicubic (with a wider kernel where an image shrinks), or area: the average of a box.
   */
  method: 'nearest' | 'bilinear' | 'bicubic' | 'area'
  /**
   * stretch: to the size, whatever the proportions; pad: whole, on black; crop: filled, the rest cut off.
   */
  fit: 'stretch' | 'pad' | 'crop'
}
/**
 * Grey images as rows of a CSV file: a label and the pixels.
 */
export interface PixelCsvConfig {
  name: 'pixel_csv'
  /**
   * The CSV file of the training images.
   */
  path: string
  /**
   * The CSV file of the test images; null: there are none.
   */
  test_path: string | null
  /**
   * Header of the label column.
   */
  label_column: string
  /**
   * Header of the column that says which images belong together, such as patients, for split.group; null: no groups.
   */
  group_column: string | null
  /**
   * What separates the cells of a row.
   */
  separator: string
  /**
   * The number of the first class in the labels.
   */
  label_base: 0 | 1
  /**
   * Height and width; null: they are square.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number] | null
  /**
   * Class names in the order of the label numbers; null: the numbers themselves.
   *
   * @minItems 2
   */
  classes: [string, string, ...string[]] | null
  resize: ResizeConfig5
  /**
   * keep: as the images are; grey: one channel; rgb: three, grey repeated.
   */
  channels: 'keep' | 'grey' | 'rgb'
  /**
   * Images per training step.
   */
  batch_size: number
  /**
   * What happens to the smaller batch at the end of an epoch.
   */
  last_batch: 'keep' | 'drop'
  /**
   * Threads that prepare training batches ahead; auto: none without augmentation, else up to two. The number never changes a result.
   */
  num_workers: 'auto' | number
}
/**
 * What images are resized to.
 */
export interface ResizeConfig5 {
  /**
   * Height and width in pixels; null: images keep their size.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number] | null
  /**
   * nearest, bilinear, bicubic (with a wider kernel where an image shrinks), or area: the average of a box.
   */
  method: 'nearest' | 'bilinear' | 'bicubic' | 'area'
  /**
   * stretch: to the size, whatever the proportions; pad: whole, on black; crop: filled, the rest cut off.
   */
  fit: 'stretch' | 'pad' | 'crop'
}
/**
 * A data set of a module that the settings name; its further keys are those of the module's own schema.
 */
export interface CustomDataConfig {
  name: `custom/${string}`
  resize: ResizeConfig6
  /**
   * keep: as the images are; grey: one channel; rgb: three, grey repeated.
   */
  channels: 'keep' | 'grey' | 'rgb'
  /**
   * Images per training step.
   */
  batch_size: number
  /**
   * What happens to the smaller batch at the end of an epoch.
   */
  last_batch: 'keep' | 'drop'
  /**
   * Threads that prepare training batches ahead; auto: none without augmentation, else up to two. The number never changes a result.
   */
  num_workers: 'auto' | number
  [k: string]: unknown
}
/**
 * What images are resized to.
 */
export interface ResizeConfig6 {
  /**
   * Height and width in pixels; null: images keep their size.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number] | null
  /**
   * nearest, bilinear, bicubic (with a wider kernel where an image shrinks), or area: the average of a box.
   */
  method: 'nearest' | 'bilinear' | 'bicubic' | 'area'
  /**
   * stretch: to the size, whatever the proportions; pad: whole, on black; crop: filled, the rest cut off.
   */
  fit: 'stretch' | 'pad' | 'crop'
}
/**
 * The data set's own classes.
 */
export interface ClassLabelsConfig {
  name: 'classes'
  /**
   * Classes whose images are left out altogether.
   */
  exclude: string[]
  /**
   * Other names for labels, label to name.
   */
  rename: {
    [k: string]: string
  }
  /**
   * Other names by which this section may call classes, alias to class.
   */
  aliases: {
    [k: string]: string
  }
}
/**
 * Groups of classes.
 */
export interface GroupLabelsConfig {
  name: string
  /**
   * Group name to the classes it holds; each class of the data set belongs to exactly one group.
   */
  groups: {
    /**
     * @minItems 1
     */
    [k: string]: [string, ...string[]]
  }
  /**
   * Classes whose images are left out altogether.
   */
  exclude: string[]
  /**
   * Other names for labels, label to name.
   */
  rename: {
    [k: string]: string
  }
  /**
   * Other names by which this section may call classes, alias to class.
   */
  aliases: {
    [k: string]: string
  }
}
/**
 * How the training part is split into training and validation.
 */
export interface SplitConfig {
  /**
   * random: at random; tail: the last images, as Keras does; k_fold: fold number split.fold of split.folds; predefined: what the data itself sets aside; files: index files.
   */
  method: 'random' | 'tail' | 'k_fold' | 'predefined' | 'files'
  /**
   * Fraction of the training part, without its test images, set aside for validation; 0 trains on everything.
   */
  val_size: number
  /**
   * Keep the share of each label.
   */
  stratify: boolean
  /**
   * Fraction set aside for testing first, where the data has no test images of its own; null: none.
   */
  test_size: number | null
  /**
   * Folds of k_fold.
   */
  folds: number
  /**
   * The fold that validates, counted from 0.
   */
  fold: number
  /**
   * Keep images together that the data says belong together.
   */
  group: boolean
  /**
   * Keep images with the same pixels on one side.
   */
  keep_duplicates_together: boolean
  files: IndexFilesConfig
  /**
   * Seed of the split.
   */
  seed: number
}
/**
 * Index files of method=files: one index of the training part a line.
 */
export interface IndexFilesConfig {
  /**
   * Training images; null: all others.
   */
  train: string | null
  /**
   * Validation images; null: none.
   */
  val: string | null
  /**
   * Test images; null: none.
   */
  test: string | null
}
/**
 * 0..255 as they are.
 */
export interface NoNormalizationConfig {
  name: 'none'
}
/**
 * Divided by 255.
 */
export interface Rescale255Config {
  name: 'rescale_255'
}
/**
 * (x - min) / (max - min) of each image; an image of one value becomes zeros.
 */
export interface MinMaxConfig {
  name: 'min_max'
}
/**
 * 2 (x - min) / (max - min) - 1 of each image; an image of one value becomes zeros.
 */
export interface NegativePositiveConfig {
  name: 'negative1_positive1'
}
/**
 * (x - mean) / deviation of each image; an image of one value becomes zeros.
 */
export interface StandardizeConfig {
  name: 'standardize'
}
/**
 * (x - mean) / deviation of each channel over the training images.
 */
export interface DatasetStandardizeConfig {
  name: 'dataset_standardize'
  /**
   * Mean of each channel, of values from 0 to 255; null: taken from the training images.
   */
  mean: number[] | null
  /**
   * Standard deviation of each channel, of values from 0 to 255; null: taken from the training images.
   */
  std: number[] | null
}
/**
 * (x / 255 - mean) / deviation with ImageNet's statistics; for three channels.
 */
export interface ImagenetConfig {
  name: 'imagenet'
}
/**
 * Random changes of training images, on uint8 before normalization, in the order of these keys; mixup and cutmix come last, on whole batches, at most one of the two on each.
 */
export interface AugmentationConfig {
  /**
   * Name of the preset.
   */
  name: string
  /**
   * Augment validation images too, as some older pipelines did by mistake.
   */
  augment_validation: boolean
  /**
   * Let brightness.p and contrast.p switch each other's transform, as the flags of an older pipeline did by mistake.
   */
  swap_brightness_and_contrast: boolean
  hflip: FlipConfig
  vflip: VerticalFlipConfig
  rotate: RotateConfig
  posterize: PosterizeConfig
  contrast: ContrastConfig
  brightness: BrightnessConfig
  blur: BlurConfig
  coarse_dropout: CoarseDropoutConfig
  shift: ShiftConfig
  random_crop: RandomCropConfig
  affine: AffineConfig
  colour_jitter: ColourJitterConfig
  gaussian_noise: GaussianNoiseConfig
  rand_augment: RandAugmentConfig
  random_erasing: RandomErasingConfig
  mixup: MixupConfig
  cutmix: CutmixConfig
}
/**
 * Left-right mirror.
 */
export interface FlipConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
}
/**
 * Top-bottom mirror.
 */
export interface VerticalFlipConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
}
/**
 * Rotation about the centre, nearest neighbour.
 */
export interface RotateConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Largest angle in degrees, either way.
   */
  limit: number
}
/**
 * Keeps only the high bits of each value.
 */
export interface PosterizeConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Fewest and most bits kept.
   *
   * @minItems 2
   * @maxItems 2
   */
  bits: [number, number]
}
/**
 * Values times 1 + U(-limit, limit).
 */
export interface ContrastConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Largest change.
   */
  limit: number
}
/**
 * Values plus 255 U(-limit, limit).
 */
export interface BrightnessConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Largest change, as a share of the range.
   */
  limit: number
}
/**
 * Blur with a random generalized Gaussian.
 */
export interface BlurConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Smallest and largest odd kernel size.
   *
   * @minItems 2
   * @maxItems 2
   */
  size: [number, number]
  /**
   * Range of the spread in pixels, along each axis.
   *
   * @minItems 2
   * @maxItems 2
   */
  sigma: [number, number]
  /**
   * Largest rotation of the kernel in degrees, either way.
   */
  rotation: number
  /**
   * Range of the shape exponent: half of the time below 1, half above.
   *
   * @minItems 2
   * @maxItems 2
   */
  beta: [number, number]
  /**
   * Range of the noise that each cell is multiplied by.
   *
   * @minItems 2
   * @maxItems 2
   */
  noise: [number, number]
}
/**
 * Black rectangles.
 */
export interface CoarseDropoutConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Fewest and most rectangles.
   *
   * @minItems 2
   * @maxItems 2
   */
  holes: [number, number]
  /**
   * Range of their height in pixels.
   *
   * @minItems 2
   * @maxItems 2
   */
  height: [number, number]
  /**
   * Range of their width in pixels.
   *
   * @minItems 2
   * @maxItems 2
   */
  width: [number, number]
}
/**
 * Moves the image, nearest neighbour, black where nothing is left.
 */
export interface ShiftConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Largest move as a share of height and width.
   */
  limit: number
}
/**
 * Cuts a box out and stretches it to the image's size, nearest neighbour.
 */
export interface RandomCropConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Range of the box's area as a share of the image's.
   *
   * @minItems 2
   * @maxItems 2
   */
  scale: [number, number]
  /**
   * Range of its width over its height.
   *
   * @minItems 2
   * @maxItems 2
   */
  ratio: [number, number]
}
/**
 * Rotation, move, scale and shear at once, nearest neighbour.
 */
export interface AffineConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Largest angle in degrees, either way.
   */
  degrees: number
  /**
   * Largest move as a share of height and width.
   */
  translate: number
  /**
   * Range of the scale factor.
   *
   * @minItems 2
   * @maxItems 2
   */
  scale: [number, number]
  /**
   * Largest shear along x in degrees, either way.
   */
  shear: number
}
/**
 * Random brightness, contrast, saturation and hue, in random order.
 */
export interface ColourJitterConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Factor from max(0, 1 - b) to 1 + b.
   */
  brightness: number
  /**
   * Factor from max(0, 1 - c) to 1 + c.
   */
  contrast: number
  /**
   * Factor from max(0, 1 - s) to 1 + s.
   */
  saturation: number
  /**
   * Largest turn as a share of the colour circle.
   */
  hue: number
}
/**
 * Normal noise on each value.
 */
export interface GaussianNoiseConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Standard deviation, of values from 0 to 255.
   */
  std: number
}
/**
 * Some operations drawn from fourteen, all of one magnitude.
 */
export interface RandAugmentConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Operations one after the other.
   */
  operations: number
  /**
   * Strength from 0 to 30.
   */
  magnitude: number
}
/**
 * Fills one rectangle.
 */
export interface RandomErasingConfig {
  /**
   * Probability that an image gets it.
   */
  p: number
  /**
   * Range of its area as a share of the image's.
   *
   * @minItems 2
   * @maxItems 2
   */
  scale: [number, number]
  /**
   * Range of its height over its width.
   *
   * @minItems 2
   * @maxItems 2
   */
  ratio: [number, number]
  /**
   * What it is filled with.
   */
  value: number
}
/**
 * Blends each image and its label with those of its neighbour in the batch.
 */
export interface MixupConfig {
  /**
   * Probability that a batch gets it.
   */
  p: number
  /**
   * The share of the image is drawn from Beta(alpha, alpha).
   */
  alpha: number
}
/**
 * Pastes a box of its neighbour in the batch into each image; labels are blended by area.
 */
export interface CutmixConfig {
  /**
   * Probability that a batch gets it.
   */
  p: number
  /**
   * The area that is kept is drawn from Beta(alpha, alpha).
   */
  alpha: number
}
/**
 * Dense layers with ReLU between them. hidden: [] is softmax regression.
 */
export interface MlpConfig {
  name: 'mlp'
  /**
   * Units of each hidden layer.
   *
   * @maxItems 16
   */
  hidden:
    | []
    | [number]
    | [number, number]
    | [number, number, number]
    | [number, number, number, number]
    | [number, number, number, number, number]
    | [number, number, number, number, number, number]
    | [number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number, number, number, number]
    | [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number
      ]
    | [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number
      ]
    | [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number
      ]
    | [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number
      ]
    | [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number
      ]
  /**
   * Dropout rate after each hidden layer.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * LeNet-5: two 5x5 convolutions with pooling, two dense layers, a classifier.
 */
export interface LenetConfig {
  name: 'lenet'
  /**
   * After each layer: tanh as in 1998, or relu.
   */
  activation: 'tanh' | 'relu'
  /**
   * Pooling after each convolution.
   */
  pooling: 'max' | 'average'
  /**
   * Factor on the number of channels everywhere.
   */
  width: number
  /**
   * Dropout rate before the classifier.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * Convolution blocks, a dense layer, a classifier.
 */
export interface CnnConfig {
  name: 'cnn'
  /**
   * Filters of each 3x3 convolution block; each block halves height and width.
   *
   * @minItems 1
   * @maxItems 8
   */
  widths:
    | [number]
    | [number, number]
    | [number, number, number]
    | [number, number, number, number]
    | [number, number, number, number, number]
    | [number, number, number, number, number, number]
    | [number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number]
  /**
   * Units of the dense layer before the classifier.
   */
  dense: number
  /**
   * Batch normalization after each convolution.
   */
  batch_norm: boolean
  /**
   * Pooling at the end of each block.
   */
  pooling: 'max' | 'average'
  /**
   * Dropout rate before the classifier.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * ResNet of 18, 34, 50 or 101 layers, as in torchvision.
 */
export interface ResnetConfig {
  name: 'resnet18' | 'resnet34' | 'resnet50' | 'resnet101'
  /**
   * How the network begins: imagenet (its own strides, for large images) or small (3x3 convolution of stride 1, no pooling, for tiny images).
   */
  stem: 'imagenet' | 'small'
  /**
   * Factor on the number of channels everywhere.
   */
  width: number
  /**
   * Dropout rate before the classifier.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * MobileNetV2, as in torchvision.
 */
export interface MobilenetV2Config {
  name: 'mobilenet_v2'
  /**
   * How the network begins: imagenet (its own strides, for large images) or small (3x3 convolution of stride 1, no pooling, for tiny images).
   */
  stem: 'imagenet' | 'small'
  /**
   * Factor on the number of channels everywhere.
   */
  width: number
  /**
   * Dropout rate before the classifier.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * SqueezeNet 1.1, as in torchvision.
 */
export interface SqueezenetConfig {
  name: 'squeezenet1_1'
  /**
   * How the network begins: imagenet (its own strides, for large images) or small (3x3 convolution of stride 1, no pooling, for tiny images).
   */
  stem: 'imagenet' | 'small'
  /**
   * Factor on the number of channels everywhere.
   */
  width: number
  /**
   * Dropout rate before the classifier.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * ShuffleNetV2 x1.0, as in torchvision; width 0.5, 1.5 and 2 are its other sizes.
 */
export interface ShufflenetConfig {
  name: 'shufflenet_v2_x1_0'
  /**
   * How the network begins: imagenet (its own strides, for large images) or small (3x3 convolution of stride 1, no pooling, for tiny images).
   */
  stem: 'imagenet' | 'small'
  /**
   * Factor on the number of channels everywhere.
   */
  width: number
  /**
   * Dropout rate before the classifier.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * EfficientNet-B0, as in torchvision.
 */
export interface EfficientnetConfig {
  name: 'efficientnet_b0'
  /**
   * How the network begins: imagenet (its own strides, for large images) or small (3x3 convolution of stride 1, no pooling, for tiny images).
   */
  stem: 'imagenet' | 'small'
  /**
   * Factor on the number of channels everywhere.
   */
  width: number
  /**
   * Dropout rate before the classifier.
   */
  dropout: number
  /**
   * Rate at which the last residual branch is left out of an image in training; earlier ones in proportion to their depth.
   */
  stochastic_depth: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * DenseNet-121, as in torchvision.
 */
export interface DensenetConfig {
  name: 'densenet121'
  /**
   * How the network begins: imagenet (its own strides, for large images) or small (3x3 convolution of stride 1, no pooling, for tiny images).
   */
  stem: 'imagenet' | 'small'
  /**
   * Factor on the number of channels everywhere.
   */
  width: number
  /**
   * Dropout rate after each dense layer.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * Vision transformer: torchvision's vit_b_16, vit_b_32, vit_l_16 and vit_l_32, and with the sizes of timm's vit_tiny and vit_small.
 */
export interface VitConfig {
  name: 'vit'
  /**
   * Sizes of the encoder, and of the patches where patch_size is null.
   */
  variant: 'tiny' | 'small' | 'b_16' | 'b_32' | 'l_16' | 'l_32'
  /**
   * Pixels that a square patch is wide; it must divide height and width of the image. null: the variant's.
   */
  patch_size: number | null
  /**
   * Blocks of the encoder; null: the variant's.
   */
  layers: number | null
  /**
   * Factor on the number of channels everywhere.
   */
  width: number
  /**
   * Dropout rate after the position embedding and in each block.
   */
  dropout: number
  /**
   * Whose initial weights: keras (Glorot uniform, zero biases) or pytorch (those of PyTorch's or torchvision's network of this name).
   */
  init: 'keras' | 'pytorch'
  /**
   * Number of logits; null: taken from the labels.
   */
  num_classes: number | null
  /**
   * Image channels; null: taken from the data.
   */
  in_channels: number | null
  /**
   * Image height and width; null: taken from the data.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number] | null
  /**
   * Where the initial weights come from: random; a .safetensors file with torchvision or timm names, as a path or an http(s) URL; the model.json of a tfjs LayersModel; run:<reference> (run:latest, run:<id>:best) for the model of a run. The classifier stays random when its number of classes differs; docs/models.md tells the rest.
   */
  weights: string
  /**
   * SHA-256 that the weights must have: of the file, or the weight_hash of a model.json or run. Required for a URL; null: whatever is found, recorded.
   */
  weights_sha256: string | null
  /**
   * Layers that training leaves as they are, in inference mode: none, backbone (all but the classifier), or patterns of layer names, * standing for anything ("layer1.*"); the name of a module means all of its layers.
   */
  freeze: ('none' | 'backbone') | [string, ...string[]]
  /**
   * Compute what the frozen layers make of each training image once, keep it in the cache directory, and train on that; auto: wherever that is possible in less than 2 GB.
   */
  cache_features: boolean | 'auto'
}
/**
 * Cross entropy of the softmax.
 */
export interface CrossEntropyConfig {
  name: 'cross_entropy'
  /**
   * What each label counts: none (all alike), balanced (images / (labels * images of the label), over the training split), a list in the order of the labels, or weights by label name, 1 for those left out.
   */
  class_weights:
    | ('none' | 'balanced')
    | number[]
    | {
        [k: string]: number
      }
  /**
   * Share of the target that is spread evenly over all labels.
   */
  label_smoothing: number
  /**
   * A label, by its number, that is not learned from; a number that no label has means none.
   */
  ignore_index: number
}
/**
 * Negative log-likelihood, of log_softmax of the logits.
 */
export interface NllConfig {
  name: 'nll'
  /**
   * What each label counts: none (all alike), balanced (images / (labels * images of the label), over the training split), a list in the order of the labels, or weights by label name, 1 for those left out.
   */
  class_weights:
    | ('none' | 'balanced')
    | number[]
    | {
        [k: string]: number
      }
  /**
   * A label, by its number, that is not learned from; a number that no label has means none.
   */
  ignore_index: number
}
/**
 * Focal loss of the softmax: cross entropy times (1 - p)^gamma.
 */
export interface FocalConfig {
  name: 'focal'
  /**
   * How strongly well-classified images are toned down.
   */
  gamma: number
  /**
   * What each label counts: none (all alike), balanced (images / (labels * images of the label), over the training split), a list in the order of the labels, or weights by label name, 1 for those left out.
   */
  class_weights:
    | ('none' | 'balanced')
    | number[]
    | {
        [k: string]: number
      }
}
/**
 * Focal loss of a sigmoid per label, as in torchvision.
 */
export interface SigmoidFocalConfig {
  name: 'sigmoid_focal'
  /**
   * Weight of an image's own label, 1 - alpha being that of each other one; negative: no such weights.
   */
  alpha: number
  /**
   * How strongly well-classified images are toned down.
   */
  gamma: number
}
/**
 * Binary cross entropy of every label against the rest.
 */
export interface BinaryCrossEntropyConfig {
  name: 'binary_cross_entropy'
  /**
   * What makes probabilities of logits: sigmoid (each label by itself) or softmax.
   */
  activation: 'sigmoid' | 'softmax'
  /**
   * What each label counts: none (all alike), balanced (images / (labels * images of the label), over the training split), a list in the order of the labels, or weights by label name, 1 for those left out.
   */
  class_weights:
    | ('none' | 'balanced')
    | number[]
    | {
        [k: string]: number
      }
  /**
   * Weight of an image's own label against the others, for all labels or a list in their order; null: 1. Needs activation sigmoid.
   */
  pos_weight: null | number | number[]
}
/**
 * Hinge loss: every other logit should lie below the label's by the margin.
 */
export interface MultiMarginConfig {
  name: 'multi_margin'
  /**
   * Power of what is missing to the margin.
   */
  p: 1 | 2
  /**
   * The margin.
   */
  margin: number
  /**
   * What each label counts: none (all alike), balanced (images / (labels * images of the label), over the training split), a list in the order of the labels, or weights by label name, 1 for those left out.
   */
  class_weights:
    | ('none' | 'balanced')
    | number[]
    | {
        [k: string]: number
      }
}
/**
 * Mean squared error to the one-hot label; of the softmax it is the Brier score over the number of labels.
 */
export interface MseConfig {
  name: 'mse'
  /**
   * What is compared with the one-hot label: softmax (probabilities) or none (the logits as they are).
   */
  activation: 'softmax' | 'none'
}
/**
 * Mean absolute error to the one-hot label.
 */
export interface L1Config {
  name: 'l1'
  /**
   * What is compared with the one-hot label: softmax (probabilities) or none (the logits as they are).
   */
  activation: 'softmax' | 'none'
}
/**
 * Squared error below beta, absolute error above it.
 */
export interface SmoothL1Config {
  name: 'smooth_l1'
  /**
   * What is compared with the one-hot label: softmax (probabilities) or none (the logits as they are).
   */
  activation: 'softmax' | 'none'
  /**
   * Where the square ends; with 0 there is none.
   */
  beta: number
}
/**
 * Squared error below delta, delta times the absolute error above it.
 */
export interface HuberConfig {
  name: 'huber'
  /**
   * What is compared with the one-hot label: softmax (probabilities) or none (the logits as they are).
   */
  activation: 'softmax' | 'none'
  /**
   * Where the square ends.
   */
  delta: number
}
/**
 * Kullback-Leibler divergence of the softmax from the smoothed one-hot label: cross entropy less what no model can reach.
 */
export interface KlDivConfig {
  name: 'kl_div'
  /**
   * Share of the target that is spread evenly over all labels.
   */
  label_smoothing: number
}
export interface SgdConfig {
  name: 'sgd'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Momentum factor.
   */
  momentum: number
  /**
   * Share of the gradient that stays out of the momentum buffer, save at the first step.
   */
  dampening: number
  /**
   * L2 penalty, added to the gradient.
   */
  weight_decay: number
  /**
   * Nesterov momentum; needs momentum above 0 and no dampening.
   */
  nesterov: boolean
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface AdamConfig {
  name: 'adam'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Decay rates of the running averages of the gradient and of its square.
   *
   * @minItems 2
   * @maxItems 2
   */
  betas: [number, number]
  /**
   * Added to the denominator.
   */
  eps: number
  /**
   * L2 penalty, added to the gradient.
   */
  weight_decay: number
  /**
   * Divide by the largest average of squares so far.
   */
  amsgrad: boolean
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface AdamWConfig {
  name: 'adamw'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Decay rates of the running averages of the gradient and of its square.
   *
   * @minItems 2
   * @maxItems 2
   */
  betas: [number, number]
  /**
   * Added to the denominator.
   */
  eps: number
  /**
   * Taken off the weights before each update, as a fraction times the learning rate.
   */
  weight_decay: number
  /**
   * Divide by the largest average of squares so far.
   */
  amsgrad: boolean
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface RmspropConfig {
  name: 'rmsprop'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Decay rate of the running average of squares.
   */
  alpha: number
  /**
   * Added to the denominator.
   */
  eps: number
  /**
   * L2 penalty, added to the gradient.
   */
  weight_decay: number
  /**
   * Momentum factor.
   */
  momentum: number
  /**
   * Divide by an estimate of the standard deviation, not of the root mean square.
   */
  centered: boolean
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface AdagradConfig {
  name: 'adagrad'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * The rate is divided by 1 + lr_decay * updates before.
   */
  lr_decay: number
  /**
   * L2 penalty, added to the gradient.
   */
  weight_decay: number
  /**
   * Where the sums of squares start.
   */
  initial_accumulator_value: number
  /**
   * Added to the denominator.
   */
  eps: number
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface AdadeltaConfig {
  name: 'adadelta'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Decay rate of both running averages.
   */
  rho: number
  /**
   * Added to both averages.
   */
  eps: number
  /**
   * L2 penalty, added to the gradient.
   */
  weight_decay: number
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface AdamaxConfig {
  name: 'adamax'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Decay rates of the running averages of the gradient and of its square.
   *
   * @minItems 2
   * @maxItems 2
   */
  betas: [number, number]
  /**
   * Added to the denominator.
   */
  eps: number
  /**
   * L2 penalty, added to the gradient.
   */
  weight_decay: number
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface NadamConfig {
  name: 'nadam'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Decay rates of the running averages of the gradient and of its square.
   *
   * @minItems 2
   * @maxItems 2
   */
  betas: [number, number]
  /**
   * Added to the denominator.
   */
  eps: number
  /**
   * L2 penalty, added to the gradient.
   */
  weight_decay: number
  /**
   * How fast the momentum approaches betas[0].
   */
  momentum_decay: number
  /**
   * Take weight_decay off the weights as AdamW does, not into the gradient.
   */
  decoupled_weight_decay: boolean
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface RadamConfig {
  name: 'radam'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Decay rates of the running averages of the gradient and of its square.
   *
   * @minItems 2
   * @maxItems 2
   */
  betas: [number, number]
  /**
   * Added to the denominator.
   */
  eps: number
  /**
   * L2 penalty, added to the gradient.
   */
  weight_decay: number
  /**
   * Take weight_decay off the weights as AdamW does, not into the gradient.
   */
  decoupled_weight_decay: boolean
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
export interface LionConfig {
  name: 'lion'
  /**
   * Learning rate.
   */
  lr: number
  /**
   * Weights of the momentum in the direction, and of its own past.
   *
   * @minItems 2
   * @maxItems 2
   */
  betas: [number, number]
  /**
   * Taken off the weights before each update, as a fraction times the learning rate.
   */
  weight_decay: number
  /**
   * Climb the loss instead of descending it.
   */
  maximize: boolean
  /**
   * Weights with rates and decays of their own; a weight belongs to the first group that matches its name.
   */
  groups: {
    /**
     * Patterns of weight names, one or a list; * stands for anything ("layer1.*", "* /bias").
     */
    match: string | [string, ...string[]]
    /**
     * The learning rate that the schedule starts from; null: the optimizer's.
     */
    lr: number | null
    /**
     * Factor on whatever rate the schedule gives.
     */
    lr_scale: number
    /**
     * Weight decay; null: the optimizer's.
     */
    weight_decay: number | null
  }[]
}
/**
 * The rate stays as it is.
 */
export interface NoScheduleConfig {
  name: 'none'
}
/**
 * The rate is multiplied by gamma every step_size.
 */
export interface StepScheduleConfig {
  name: 'step'
  /**
   * Epochs (or steps) between drops.
   */
  step_size: number
  /**
   * The factor.
   */
  gamma: number
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * The rate is multiplied by gamma at each milestone.
 */
export interface MultiStepScheduleConfig {
  name: 'multi_step'
  /**
   * Epochs (or steps), counted from 0, at which the rate is multiplied by gamma: "5-10", a number, or a list. One given twice counts twice.
   */
  milestones: string | number | number[]
  /**
   * The factor.
   */
  gamma: number
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * The rate is multiplied by gamma every epoch (or step).
 */
export interface ExponentialScheduleConfig {
  name: 'exponential'
  /**
   * The factor.
   */
  gamma: number
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * Half a cosine from the base rate down to eta_min; it rises again beyond t_max.
 */
export interface CosineScheduleConfig {
  name: 'cosine'
  /**
   * Epochs (or steps) of the way down; null: the length of the training.
   */
  t_max: number | null
  /**
   * The lowest rate.
   */
  eta_min: number
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * Cosine from the base rate down to eta_min, again and again.
 */
export interface CosineWarmRestartsScheduleConfig {
  name: 'cosine_warm_restarts'
  /**
   * Epochs (or steps) of the first way down.
   */
  t_0: number
  /**
   * Factor from the length of one to the next.
   */
  t_mult: number
  /**
   * The lowest rate.
   */
  eta_min: number
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * Up to max_lr and down to far below where it began.
 */
export interface OneCycleScheduleConfig {
  name: 'one_cycle'
  /**
   * The highest rate; null: optimizer.lr, which is not used otherwise.
   */
  max_lr: number | null
  /**
   * Steps (or epochs) of the cycle; null: the length of the training.
   */
  total_steps: number | null
  /**
   * Share of the way up.
   */
  pct_start: number
  /**
   * The form of the ways.
   */
  anneal_strategy: 'cos' | 'linear'
  /**
   * Move the momentum against the rate: Adam's and its kin's beta1, SGD's and RMSprop's momentum.
   */
  cycle_momentum: boolean
  /**
   * Momentum where the rate is highest.
   */
  base_momentum: number
  /**
   * Momentum where the rate is lowest.
   */
  max_momentum: number
  /**
   * The rate begins at max_lr / div_factor.
   */
  div_factor: number
  /**
   * It ends at its beginning / final_div_factor.
   */
  final_div_factor: number
  /**
   * Come back down to the beginning as slowly as it went up, then fall to the end.
   */
  three_phase: boolean
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * Between base_lr and max_lr, up and down; optimizer.lr is not used.
 */
export interface CyclicScheduleConfig {
  name: 'cyclic'
  /**
   * The lowest rate.
   */
  base_lr: number
  /**
   * The highest rate of the first cycle.
   */
  max_lr: number
  /**
   * Steps (or epochs) of the way up.
   */
  step_size_up: number
  /**
   * Steps (or epochs) of the way down; null: as many as up.
   */
  step_size_down: number | null
  /**
   * How high each cycle goes: triangular (all alike), triangular2 (half as high each time), exp_range (times gamma^step).
   */
  mode: 'triangular' | 'triangular2' | 'exp_range'
  /**
   * The factor of exp_range.
   */
  gamma: number
  /**
   * Move the momentum against the rate: Adam's and its kin's beta1, SGD's and RMSprop's momentum.
   */
  cycle_momentum: boolean
  /**
   * Momentum where the rate is highest.
   */
  base_momentum: number
  /**
   * Momentum where the rate is lowest.
   */
  max_momentum: number
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * A straight way from base * start_factor to base * end_factor.
 */
export interface LinearScheduleConfig {
  name: 'linear'
  /**
   * Factor at the beginning.
   */
  start_factor: number
  /**
   * Factor from total_iters on.
   */
  end_factor: number
  /**
   * Epochs (or steps) of the way; null: the length of the training.
   */
  total_iters: number | null
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * base * factor until total_iters, then the base rate.
 */
export interface ConstantScheduleConfig {
  name: 'constant'
  /**
   * The factor.
   */
  factor: number
  /**
   * Epochs (or steps) with the factor; null: the length of the training.
   */
  total_iters: number | null
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * base * (1 - epoch / total_iters)^power.
 */
export interface PolynomialScheduleConfig {
  name: 'polynomial'
  /**
   * Epochs (or steps) until 0; null: the length of the training.
   */
  total_iters: number | null
  /**
   * The power.
   */
  power: number
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * A warm-up from 0, then one of three forms.
 */
export interface LambdaScheduleConfig {
  name: 'lambda'
  /**
   * The form: half a cosine to 0, a straight way to 0, or the inverse square root.
   */
  lambda: 'warmup_cosine' | 'warmup_linear' | 'inverse_sqrt'
  /**
   * Epochs (or steps) of the warm-up.
   */
  warmup: number
  /**
   * Epochs (or steps) until 0, the warm-up included; inverse_sqrt never ends; null: the length of the training.
   */
  total: number | null
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * The rate is multiplied by factor when a metric stops improving.
 */
export interface PlateauScheduleConfig {
  name: 'plateau'
  /**
   * The metric.
   */
  monitor: 'val_loss' | 'val_accuracy' | 'train_loss' | 'train_accuracy'
  /**
   * Whether it should fall or rise; auto: by the metric.
   */
  mode: 'auto' | 'min' | 'max'
  /**
   * The factor.
   */
  factor: number
  /**
   * Epochs without improvement that are tolerated.
   */
  patience: number
  /**
   * The least change that counts as an improvement.
   */
  threshold: number
  /**
   * Whether the threshold is a share of the best value (rel) or a difference (abs).
   */
  threshold_mode: 'rel' | 'abs'
  /**
   * Epochs after a drop in which nothing is counted.
   */
  cooldown: number
  /**
   * The lowest rate.
   */
  min_lr: number
  /**
   * Drops smaller than this are left out.
   */
  eps: number
  /**
   * Metrics are measured once an epoch.
   */
  interval: 'epoch' | null
}
/**
 * One schedule after the other; each begins at its own 0 and with the base rate.
 */
export interface SequentialScheduleConfig {
  name: 'sequential'
  /**
   * Schedules with the keys that they have alone; not plateau, and none of them counts by another interval.
   */
  schedulers: SchedulerConfig[]
  /**
   * Epochs (or steps) at which the next schedule takes over: one fewer than there are schedules.
   */
  milestones: number[]
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * Several schedules at once, each changing the rate that the one before it left.
 */
export interface ChainedScheduleConfig {
  name: 'chained'
  /**
   * Schedules with the keys that they have alone; not plateau, and none of them counts by another interval.
   */
  schedulers: SchedulerConfig[]
  /**
   * What the schedule counts: epoch, or step (an update of the optimizer); null: step for one_cycle and cyclic, else epoch.
   */
  interval: 'epoch' | 'step' | null
}
/**
 * The training loop.
 */
export interface TrainerConfig {
  /**
   * Passes over the training images.
   */
  epochs: number
  /**
   * Batches whose gradients make one update together, weighted by their images: k batches of b images follow one of k * b. What is left at the end of an epoch makes an update of its own.
   */
  accumulate: number
  gradient_clipping: GradientClippingConfig
  ema: EmaConfig
  early_stopping: EarlyStoppingConfig
  checkpoint: CheckpointConfig
}
/**
 * Limits on the gradients of an update; the values are clipped before the norm.
 */
export interface GradientClippingConfig {
  /**
   * Each element is kept within plus and minus this; null: no limit.
   */
  value: number | null
  /**
   * All gradients are scaled down together when their norm is above this; null: no limit.
   */
  norm: number | null
  /**
   * Which norm: p, the root of the sum of the p-th powers, or inf, the largest element.
   */
  norm_type: number | 'inf'
}
/**
 * A running average of the weights: evaluation and checkpoints use it, while training goes on from the weights themselves.
 */
export interface EmaConfig {
  /**
   * Share of the average that stays at each update (0.999, 0.9999); null: no average.
   */
  decay: number | null
  /**
   * Keep at most (1 + t) / (10 + t) at update t, so that the average soon forgets the initial weights.
   */
  warm_up: boolean
}
/**
 * When training stops before its last epoch.
 */
export interface EarlyStoppingConfig {
  /**
   * Epochs without improvement before training stops; null: never.
   */
  patience: number | null
  /**
   * The least change that counts as an improvement.
   */
  min_delta: number
}
/**
 * Which checkpoints are kept.
 */
export interface CheckpointConfig {
  /**
   * The metric that decides which checkpoint is best; auto: val_loss, or train_loss without a validation split.
   */
  monitor: 'auto' | 'val_loss' | 'val_accuracy' | 'train_loss' | 'train_accuracy'
  /**
   * Whether the monitored metric should fall or rise; auto: by the metric.
   */
  mode: 'auto' | 'min' | 'max'
  /**
   * Also keep a checkpoint every this many epochs.
   */
  every: number | null
}
/**
 * The compute engine.
 */
export interface EngineConfig {
  /**
   * What computes: auto takes tensorflow where it loads and sees a GPU, else onnxruntime; cpu is the slow reference.
   */
  name: 'auto' | 'onnxruntime' | 'tensorflow' | 'cpu'
  /**
   * Where it computes.
   */
  device: 'cpu' | 'cuda' | 'webgpu'
  /**
   * Threads of the engine; auto: the processors this process may use.
   */
  threads: 'auto' | number
}
/**
 * Where the run is kept and what is said about it; never part of a run's identity.
 */
export interface RunConfig {
  /**
   * Directory under which runs are kept.
   */
  root: string
  /**
   * Words to find the run by.
   */
  tags: string[]
  /**
   * Free text.
   */
  note: string | null
}
/**
 * The composed config of `test`.
 */
export interface TestConfig {
  /**
   * The model: a run id, unique prefix, `latest`, run directory or model.json path, with :best or :last.
   */
  checkpoint: string
  /**
   * The images to test on.
   */
  split: 'test' | 'val' | 'train'
  /**
   * Images per step.
   */
  batch_size: number
  /**
   * Other data than the run's own; its labels must be the same.
   */
  data: null | DataConfig
  engine: EngineConfig
  run: RunConfig
}
/**
 * The composed config of `predict`.
 */
export interface PredictConfig {
  /**
   * The model: a run id, unique prefix, `latest`, run directory or model.json path, with :best or :last.
   */
  checkpoint: string
  /**
   * Images per step.
   */
  batch_size: number
  /**
   * Whether images are inverted first, for dark garments on white; auto: where the border is bright.
   */
  invert: 'auto' | 'always' | 'never'
  engine: EngineConfig
  run: RunConfig
}
/**
 * The composed config of `export`.
 */
export interface ExportConfig {
  /**
   * The model: a run id, unique prefix, `latest`, run directory or model.json path, with :best or :last.
   */
  checkpoint: string
  /**
   * onnx: one file for any ONNX runtime; tfjs: model.json and weights.bin for stock TensorFlow.js; safetensors: the weights with torchvision's names and layouts.
   */
  format: 'onnx' | 'tfjs' | 'safetensors'
  /**
   * A directory, or for onnx and safetensors a file; null: export/<checkpoint> in the run's directory.
   */
  out: string | null
  run: RunConfig
}
/**
 * The composed config of `doctor`.
 */
export interface DoctorConfig {
  engine: EngineConfig
  run: RunConfig
}
/**
 * The composed config of `sweep`: train's plus what is stripped from each trial.
 */
export interface SweepConfig {
  /**
   * The one seed; every random stream is derived from it.
   */
  seed: number
  /**
   * Name of the experiment; runs are kept under it.
   */
  experiment: string
  data: DataConfig
  labels: LabelsConfig
  split: SplitConfig
  normalization: NormalizationConfig
  augmentation: AugmentationConfig
  model: ModelConfig
  loss: LossConfig
  optimizer: OptimizerConfig
  scheduler: SchedulerConfig
  trainer: TrainerConfig
  engine: EngineConfig
  run: RunConfig
  sampler: SamplerConfig
  sweep: SweepSectionConfig
}
/**
 * Every combination.
 */
export interface GridSamplerConfig {
  name: 'grid'
}
/**
 * Independent draws.
 */
export interface RandomSamplerConfig {
  name: 'random'
  /**
   * Number of trials.
   */
  trials: number
  /**
   * Seed of the draws.
   */
  seed: number
}
/**
 * The sweep itself.
 */
export interface SweepSectionConfig {
  /**
   * Name of the sweep, part of its id.
   */
  name: string
  /**
   * The metric trials are ranked by; auto: the best value of the monitored metric.
   */
  objective: 'auto' | 'val_loss' | 'val_accuracy' | 'train_loss' | 'train_accuracy'
}
/**
 * The composed config of `sql-export`.
 */
export interface SqlExportConfig {
  database: DatabaseConfig
  /**
   * catalog: the product catalog; runs: the recorded runs, written to the database.
   */
  source: 'catalog' | 'runs'
  schema: CatalogConfig
  /**
   * Which descriptions: us_only: those of the country, a translation preferred to the original; any_translation: every translation, and originals of the country that have none; single: one text per product, a translation (of the country first) or else the country's original.
   */
  reading: 'us_only' | 'any_translation' | 'single'
  /**
   * Country code of the descriptions, whatever its case.
   */
  country: string
  /**
   * all: every image of index 0; first: only that with the lowest identifier.
   */
  images: 'all' | 'first'
  /**
   * csv, ndjson, parquet and sqlite have one row per product, image and description; json has one nested object per product. auto: by the extension of output, csv on standard output.
   */
  format: 'auto' | 'csv' | 'ndjson' | 'json' | 'parquet' | 'sqlite'
  /**
   * auto: gzip where output ends in .gz, zstd where it ends in .zst. Not for parquet and sqlite.
   */
  compression: 'auto' | 'none' | 'gzip' | 'zstd'
  /**
   * File to write, which appears whole or not at all; null and '-' are standard output.
   */
  output: string | null
  columns: ColumnsConfig
  csv: CsvConfig
  run: RunConfig
}
/**
 * The product database.
 */
export interface DatabaseConfig {
  /**
   * sqlite:<path>, a path, postgres://user:password@host/name or mysql://user:password@host/name; null: the embedded sample.
   */
  url: string | null
  tls: TlsConfig
  /**
   * How long a server may take to accept a connection.
   */
  connect_timeout_seconds: number
  /**
   * How long one statement may run; null: as long as it takes.
   */
  statement_timeout_seconds: number | null
  /**
   * How long to wait for a lock that somebody else holds.
   */
  lock_timeout_seconds: number
}
/**
 * How a connection to a server is encrypted.
 */
export interface TlsConfig {
  /**
   * prefer: encrypted where the server offers it; require: always; verify_full: and the certificate is checked, with the name of the host.
   */
  mode: 'disable' | 'prefer' | 'require' | 'verify_full'
  /**
   * File of the certificates to trust (PEM); null: those of the system.
   */
  ca: string | null
  /**
   * File of the client's own certificate (PEM).
   */
  cert: string | null
  /**
   * File of the client's own key (PEM).
   */
  key: string | null
}
/**
 * What the tables and columns of the product catalog are called.
 */
export interface CatalogConfig {
  /**
   * Schema of PostgreSQL or database of MySQL that holds the tables; null: the connection's own.
   */
  namespace: string | null
  product: ProductNames
  image: ImageNames
  product_images: ProductImagesNames
  product_description: ProductDescriptionNames
}
/**
 * The products.
 */
export interface ProductNames {
  /**
   * Table or view.
   */
  table: string
  /**
   * Column of the identifier.
   */
  id: string
  /**
   * Column of the title.
   */
  title: string
}
/**
 * The images.
 */
export interface ImageNames {
  /**
   * Table or view.
   */
  table: string
  /**
   * Column of the identifier.
   */
  id: string
  /**
   * Column of the URL.
   */
  url: string
}
/**
 * Which images a product has.
 */
export interface ProductImagesNames {
  /**
   * Table or view.
   */
  table: string
  /**
   * Column of the product.
   */
  product_id: string
  /**
   * Column of the image.
   */
  image_id: string
  /**
   * Column of the rank; 0 is the most relevant.
   */
  image_index: string
}
/**
 * The descriptions.
 */
export interface ProductDescriptionNames {
  /**
   * Table or view.
   */
  table: string
  /**
   * Column of the identifier.
   */
  id: string
  /**
   * Column of the product.
   */
  product_id: string
  /**
   * Column of the country code.
   */
  country_code: string
  /**
   * Column of the text as it was written.
   */
  original_text: string
  /**
   * Column of its translation.
   */
  translated_text: string
}
/**
 * The columns of every format but json under their names there; null leaves one out, and so does a key that is not there.
 */
export interface ColumnsConfig {
  /**
   * Identifier of the product.
   */
  product_id: string | null
  /**
   * Title of the product.
   */
  title: string | null
  /**
   * Identifier of the image.
   */
  image_id: string | null
  /**
   * URL of the image.
   */
  image_url: string | null
  /**
   * Identifier of the description.
   */
  description_id: string | null
  /**
   * Country code of the description in lower case; auto: a column of this name if reading is any_translation, else none.
   */
  country: string | null
  /**
   * Whether the description is a translation: translated or original; auto: a column of this name if reading is any_translation, else none.
   */
  type: string | null
  /**
   * Text of the description.
   */
  description: string | null
}
/**
 * How CSV is written.
 */
export interface CsvConfig {
  /**
   * What stands between two cells.
   */
  delimiter: 'comma' | 'semicolon' | 'tab' | 'pipe'
  /**
   * Whether the file begins with a byte order mark, by which Excel knows UTF-8.
   */
  bom: boolean
  /**
   * lf or, as RFC 4180 has it, crlf.
   */
  line_ending: 'lf' | 'crlf'
  /**
   * neutralize: a cell that a spreadsheet would run as a formula gets a leading apostrophe; keep: cells stay as they are.
   */
  formulas: 'neutralize' | 'keep'
}
