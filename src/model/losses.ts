import {
  add,
  logSoftmax,
  mean,
  mul,
  oneHot,
  softmax,
  sum,
  tensor1d,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { lookUp } from '../core/table.js'
import type { ResolvedLoss } from '../spec/run-spec.js'
import { binaryCrossEntropyWithLogits } from './losses/binary-cross-entropy-with-logits.js'
import { binaryCrossEntropy } from './losses/binary-cross-entropy.js'
import { crossEntropy } from './losses/cross-entropy.js'
import { huber } from './losses/huber.js'
import { klDiv } from './losses/kl-div.js'
import { l1 } from './losses/l1.js'
import type { Loss } from './losses/loss.js'
import { mse } from './losses/mse.js'
import { multiMargin } from './losses/multi-margin.js'
import { nll } from './losses/nll.js'
import { sigmoidFocal } from './losses/sigmoid-focal.js'
import { smoothL1 } from './losses/smooth-l1.js'
import { softmaxFocal } from './losses/softmax-focal.js'

/**
 * What a loss is computed from: logits [batch, classes], int32 class indices [batch] or float32 shares [batch, classes],
 * its config, constants of it.
 */
interface Case<Config> extends Constants {
  readonly logits: Tensor2D
  readonly labels: Tensor1D | Tensor2D
  readonly config: Config
  /** The batch's mean as a scalar, or each image's loss [batch]. */
  readonly reduction: 'mean' | 'none'
}

/** Lists of a config as tensors; null where it has none. */
interface Constants {
  readonly weight: Tensor1D | null
  readonly posWeight: Tensor1D | null
}

type Kind<Config> = (given: Case<Config>) => Tensor

/** Every loss of a classifier by name. Those of two like tensors compare with the one-hot label, all classes alike. */
const losses = {
  cross_entropy: ({ logits, labels, config, weight, reduction }) =>
    crossEntropy(logits, labels, {
      weight,
      label_smoothing: config.label_smoothing,
      ignore_index: reachable(config.ignore_index, logits),
      reduction,
    }),
  nll: ({ logits, labels, config, weight, reduction }) =>
    nll(logSoftmax(logits), labels, {
      weight,
      ignore_index: reachable(config.ignore_index, logits),
      reduction,
    }),
  focal: ({ logits, labels, config, weight, reduction }) =>
    softmaxFocal(logits, labels, { gamma: config.gamma, weight, reduction }),
  sigmoid_focal: (given) =>
    byImage(
      given,
      sigmoidFocal(given.logits, hotOf(given), { ...given.config, reduction: 'none' }),
    ),
  binary_cross_entropy: (given) => {
    const { logits, config, weight, posWeight } = given
    const target = hotOf(given)
    if (config.activation === 'softmax') {
      return byImage(
        given,
        binaryCrossEntropy(softmax(logits), target, { weight, reduction: 'none' }),
      )
    }
    const options = { weight, pos_weight: posWeight, reduction: 'none' } as const
    return byImage(given, binaryCrossEntropyWithLogits(logits, target, options))
  },
  multi_margin: ({ logits, labels, config, weight, reduction }) =>
    multiMargin(logits, labels, { p: config.p, margin: config.margin, weight, reduction }),
  mse: (given) => byImage(given, mse(outputOf(given), hotOf(given), 'none')),
  l1: (given) => byImage(given, l1(outputOf(given), hotOf(given), 'none')),
  smooth_l1: (given) => {
    const options = { beta: given.config.beta, reduction: 'none' } as const
    return byImage(given, smoothL1(outputOf(given), hotOf(given), options))
  },
  huber: (given) => {
    const options = { delta: given.config.delta, reduction: 'none' } as const
    return byImage(given, huber(outputOf(given), hotOf(given), options))
  },
  kl_div: (given) => {
    const { logits, config, reduction } = given
    const spread = config.label_smoothing / logits.shape[1]
    const target = add(mul(hotOf(given), 1 - config.label_smoothing), spread)
    const parts = sum(klDiv(logSoftmax(logits), target, { reduction: 'none' }), 1)
    return reduction === 'mean' ? mean(parts) : parts
  },
} satisfies { [Config in ResolvedLoss as Config['name']]: Kind<Config> }

/** The loss that a config names, for steps; it keeps class weights until it is disposed of. */
export function lossOf(config: ResolvedLoss): Loss {
  const kind = kindOf(config)
  const constants = constantsOf(config)
  const reduced =
    (reduction: 'mean' | 'none') =>
    (logits: Tensor2D, labels: Tensor1D | Tensor2D): Tensor =>
      kind({ logits, labels, config, ...constants, reduction })
  return Object.assign(reduced('mean') as (...given: Parameters<Loss>) => Scalar, {
    each: reduced('none') as (logits: Tensor2D, labels: Tensor1D) => Tensor1D,
    dispose() {
      constants.weight?.dispose()
      constants.posWeight?.dispose()
    },
  })
}

/** Whether a loss takes shares of labels as targets, and not class indices alone. */
export function takesShares({ name }: Pick<ResolvedLoss, 'name'>): boolean {
  return name !== 'nll' && name !== 'focal' && name !== 'multi_margin'
}

/**
 * What images count together in the mean of a loss, by their labels. In cross_entropy and nll of class indices that is the
 * sum of their class weights, without those ignored; all other means divide by the number of images.
 */
export function weightOf(config: ResolvedLoss, ofShares = false): (labels: Int32Array) => number {
  const byClass = config.name === 'cross_entropy' || config.name === 'nll'
  if (!byClass || ofShares) return (labels) => labels.length
  const { class_weights, ignore_index } = config
  return (labels) => {
    let weight = 0
    for (const label of labels) {
      if (label === ignore_index) continue
      weight += class_weights === 'none' ? 1 : Math.fround(class_weights[label] as number)
    }
    return weight
  }
}

function kindOf(config: ResolvedLoss): Kind<ResolvedLoss> {
  return lookUp<unknown>(losses, config.name, 'loss') as Kind<ResolvedLoss>
}

function constantsOf(config: ResolvedLoss): Constants {
  const weights = 'class_weights' in config ? config.class_weights : 'none'
  const positive = 'pos_weight' in config ? config.pos_weight : null
  return {
    weight: weights === 'none' ? null : tensor1d(weights),
    posWeight: positive === null ? null : tensor1d([positive].flat()),
  }
}

/** The mean over all elements, or over those of each image. */
function byImage({ reduction }: Pick<Case<unknown>, 'reduction'>, values: Tensor): Tensor {
  return reduction === 'mean' ? mean(values) : mean(values, 1)
}

function hotOf({ logits, labels }: Pick<Case<unknown>, 'logits' | 'labels'>): Tensor {
  if (labels.dtype === 'float32') return labels
  return oneHot(labels, logits.shape[1], 1, 0, 'float32')
}

function outputOf({
  logits,
  config,
}: Pick<Case<{ readonly activation: 'softmax' | 'none' }>, 'logits' | 'config'>): Tensor {
  return config.activation === 'softmax' ? softmax(logits) : logits
}

/** Null where no label can be the one to ignore, so that nothing is masked. */
function reachable(ignored: number, logits: Tensor2D): number | null {
  return ignored >= 0 && ignored < logits.shape[1] ? ignored : null
}
