import { type Tensor } from '@tensorflow/tfjs-core'
import type { Engine, InputSpec } from '../../src/engine/compile.js'
import { clipGradients, totalNorm } from '../../src/model/gradient-clipping.js'
import type { GradientClippingConfig } from '../../src/spec/types.gen.js'
import type { Problem } from './optimizer-trajectory.js'

/** One clipping of the fixture file. */
export interface ClippingCase {
  name: string
  args: { max_norm?: number; norm_type?: number | 'Infinity'; clip_value?: number }
  gradient_step: number
  total_norm?: number
  grads_after: number[][]
}

/** The config that the case stands for. */
export function clippingConfigOf({ args }: ClippingCase): GradientClippingConfig {
  const { clip_value = null, max_norm = null, norm_type = 2 } = args
  const type = norm_type === 'Infinity' ? 'inf' : norm_type
  return { value: clip_value, norm: max_norm, norm_type: type }
}

/** The gradients after clipping, by tensor, and their norm before it. */
export async function clipped(
  engine: Engine,
  config: GradientClippingConfig,
  gradients: readonly (readonly number[])[],
  shapes: Problem['shapes'],
): Promise<{ gradients: number[][]; norm: number }> {
  const names = gradients.map((_, index) => `g${index}`)
  const inputs = Object.fromEntries(
    names.map((name, index): [string, InputSpec] => [
      name,
      { shape: shapes[index]!, dtype: 'float32' },
    ]),
  )
  const clip = (given: Record<string, Tensor>) => ({
    ...clipGradients(given, config),
    norm: totalNorm(Object.values(given), config.norm_type),
  })
  const compiled = await engine.compile(clip, { inputs, state: [] })
  const outputs = await compiled.run(
    Object.fromEntries(names.map((name, index) => [name, Float32Array.from(gradients[index]!)])),
  )
  await compiled.dispose()
  return { gradients: names.map((name) => [...outputs[name]!]), norm: outputs['norm']![0]! }
}
