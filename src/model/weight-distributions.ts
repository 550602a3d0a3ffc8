/** What a weight is drawn from; `normal` and `uniform` have mean 0. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal'; readonly deviation: number }

/** A weight to be drawn, and the fans of its layer's kernel as PyTorch counts them. */
export interface WeightFacts {
  readonly layer: string
  /** `kernel`, `depthwise_kernel`, `bias`, or the name that a layer of ours gives it. */
  readonly role: string
  readonly shape: readonly number[]
  readonly fanIn: number
  readonly fanOut: number
}

/** The distribution of each weight but those of normalization layers, which start as ones and zeros. */
export type WeightDistributions = (weight: WeightFacts) => Distribution

export const zeros: Distribution = { kind: 'constant', value: 0 }

export function uniform(bound: number): Distribution {
  return { kind: 'uniform', bound }
}

export function normal(deviation: number): Distribution {
  return { kind: 'normal', deviation }
}

/** Normal with the variance 2 / fan: kaiming_normal_ for ReLU. */
export function kaimingNormal(fan: number): Distribution {
  return normal(Math.sqrt(2 / fan))
}

/** Uniform with the variance 2 / (fan in + fan out): xavier_uniform_, Keras' Glorot uniform. */
export function xavierUniform({ fanIn, fanOut }: WeightFacts): Distribution {
  return uniform(Math.sqrt(6 / (fanIn + fanOut)))
}

/** PyTorch's Linear and Conv2d: kaiming_uniform_(a = sqrt 5), which is 1 / sqrt(fan in), for kernel and bias. */
export const pytorchDefault: WeightDistributions = ({ fanIn }) => uniform(1 / Math.sqrt(fanIn))

/** Keras: Glorot uniform kernels, uniform embeddings, zeros for the rest. */
export const keras: WeightDistributions = (weight) => {
  if (isKernel(weight)) return xavierUniform(weight)
  return weight.role === 'pos_embedding' ? uniform(0.05) : zeros
}

/** Whether a weight multiplies what a layer sees: a filter or a matrix. */
export function isKernel({ role }: WeightFacts): boolean {
  return role.endsWith('kernel')
}

/** Whether a weight is the filter of a convolution. */
export function isFilter({ role, shape }: WeightFacts): boolean {
  return role.endsWith('kernel') && shape.length === 4
}
