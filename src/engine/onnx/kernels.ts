import { AppError } from '../../core/errors.js'
import { nearest } from '../../core/table.js'
import { arithmeticRules } from './rules/arithmetic.js'
import { blockRules } from './rules/blocks.js'
import { convolutionRules } from './rules/convolution.js'
import { copyRules } from './rules/copy.js'
import { creationRules } from './rules/creation.js'
import { cumulativeRules } from './rules/cumulative.js'
import { depthwiseRules } from './rules/depthwise.js'
import { einsumRules } from './rules/einsum.js'
import { functionRules } from './rules/functions.js'
import { gatherRules } from './rules/gather.js'
import { joinRules } from './rules/join.js'
import { localResponseRules } from './rules/local-response.js'
import { logicRules } from './rules/logic.js'
import { matmulRules } from './rules/matmul.js'
import { nonlinearRules } from './rules/nonlinear.js'
import { normalizationRules } from './rules/normalization.js'
import { padRules } from './rules/pad.js'
import { poolingRules } from './rules/pooling.js'
import { reductionRules } from './rules/reduction.js'
import { reshapeRules } from './rules/reshape.js'
import { resizeRules } from './rules/resize.js'
import type { Rule } from './rules/rule.js'
import { scatterRules } from './rules/scatter.js'
import { selectionRules } from './rules/selection.js'
import { sliceRules } from './rules/slice.js'
import { softmaxRules } from './rules/softmax.js'

/** What the engine can do: one rule for each tfjs kernel. */
export const kernels: Readonly<Record<string, Rule>> = {
  ...arithmeticRules,
  ...functionRules,
  ...nonlinearRules,
  ...logicRules,
  ...reductionRules,
  ...copyRules,
  ...creationRules,
  ...reshapeRules,
  ...joinRules,
  ...padRules,
  ...gatherRules,
  ...scatterRules,
  ...blockRules,
  ...cumulativeRules,
  ...resizeRules,
  ...einsumRules,
  ...selectionRules,
  ...localResponseRules,
  ...sliceRules,
  ...matmulRules,
  ...softmaxRules,
  ...convolutionRules,
  ...depthwiseRules,
  ...poolingRules,
  ...normalizationRules,
}

/** The rule for a kernel; `layer` is named in the error when there is none. */
export function ruleOf(kernel: string, layer = ''): Rule {
  const rule = Object.hasOwn(kernels, kernel) ? kernels[kernel] : undefined
  if (rule) return rule
  const place = layer === '' ? 'outside any layer' : `in or after layer ${layer}`
  throw new AppError(
    'engine_unsupported',
    `The onnxruntime engine has no rule for ${kernel}, called ${place}`,
    {
      hint: 'Use other operations there, or choose engine=cpu or engine=tensorflow.',
      suggestions: nearest(kernel, Object.keys(kernels)),
    },
  )
}
