import { isMixed } from '../data/mix.js'
import { takesShares } from '../model/losses.js'
import type { Fail } from '../spec/run-spec.js'
import type { AugmentationConfig, TrainConfig } from '../spec/types.gen.js'

/** Refuses what a schema cannot: ranges that run backwards, kernels without a middle, losses that take no mixed labels. */
export function checkAugmentation({ augmentation, loss }: TrainConfig, fail: Fail): void {
  for (const [path, low, high] of rangesOf(augmentation)) {
    if (low > high)
      throw fail(path, `${path} is a range from ${low} to ${high}; the lower end comes first`)
  }
  const { size, beta } = augmentation.blur
  if (size.some((length) => length % 2 === 0)) {
    throw fail(
      'augmentation.blur.size',
      `augmentation.blur.size is [${size.join(', ')}]; a kernel has an odd size`,
      {
        hint: 'Such as [3, 7].',
      },
    )
  }
  if (beta[0] > 1 || beta[1] < 1) {
    throw fail(
      'augmentation.blur.beta',
      `augmentation.blur.beta is [${beta.join(', ')}], which leaves out 1`,
    )
  }
  if (isMixed(augmentation)) checkMixing(augmentation, loss, fail)
}

function checkMixing(
  { mixup, cutmix }: AugmentationConfig,
  loss: TrainConfig['loss'],
  fail: Fail,
): void {
  const source = mixup.p > 0 ? 'augmentation.mixup.p' : 'augmentation.cutmix.p'
  if (mixup.p + cutmix.p > 1) {
    throw fail(
      'augmentation.cutmix.p',
      `A batch gets mixup or cutmix, so that their probabilities ${mixup.p} and ${cutmix.p} cannot add up to more than 1`,
      { code: 'config_conflict' },
    )
  }
  if (!takesShares(loss)) {
    throw fail(
      source,
      `Mixed images have shares of several labels, which loss=${loss.name} does not take`,
      {
        code: 'config_conflict',
        hint: 'Use loss=cross_entropy, or set augmentation.mixup.p and augmentation.cutmix.p to 0.',
      },
    )
  }
  if ('ignore_index' in loss && loss.ignore_index >= 0) {
    throw fail('loss.ignore_index', 'A label cannot be ignored where images are mixed', {
      code: 'config_conflict',
      hint: 'Leave its class out with labels.exclude.',
    })
  }
}

/** Every pair of numbers of a transform, by its path. */
function rangesOf(config: AugmentationConfig): [path: string, low: number, high: number][] {
  return Object.entries(config).flatMap(([name, transform]) => {
    if (typeof transform !== 'object') return []
    return Object.entries(transform as object).flatMap(
      ([key, value]): [string, number, number][] =>
        Array.isArray(value)
          ? [[`augmentation.${name}.${key}`, value[0] as number, value[1] as number]]
          : [],
    )
  })
}
