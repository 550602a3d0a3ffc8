import { AppError } from '../../core/errors.js'
import { nearest } from '../../core/table.js'
import { convolutionRules } from './rules/convolution.js'
import { copyRules } from './rules/copy.js'
import { depthwiseRules } from './rules/depthwise.js'
import { elementwiseRules } from './rules/elementwise.js'
import { indexingRules } from './rules/indexing.js'
import { matmulRules } from './rules/matmul.js'
import { normalizationRules } from './rules/normalization.js'
import { poolingRules } from './rules/pooling.js'
import { reductionRules } from './rules/reduction.js'
import type { Rule } from './rules/rule.js'
import { reshapeRules } from './rules/reshape.js'
import { sliceRules } from './rules/slice.js'
import { softmaxRules } from './rules/softmax.js'

/** What the engine can do: one rule for each tfjs kernel. */
export const kernels: Readonly<Record<string, Rule>> = {
  ...elementwiseRules,
  ...reductionRules,
  ...copyRules,
  ...reshapeRules,
  ...indexingRules,
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
