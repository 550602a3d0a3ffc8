import type { OptimizerConfig } from '../../src/spec/types.gen.js'

/** One element's step in float64: parameter and gradient in, parameter out; `slots` start empty. */
type Step = (given: {
  p: number
  g: number
  lr: number
  /** Updates so far, this one included. */
  t: number
  /** The momentum (or beta1) of update s, counted from 1. */
  momentum: (s: number) => number
  slots: Record<string, number>
}) => number

type ConfigOf<Name> = Extract<OptimizerConfig, { name: Name }>

/** The optimizers as PyTorch's documentation writes them, element by element, with plain averages. */
const formulas: { [Name in OptimizerConfig['name']]: (config: ConfigOf<Name>) => Step } = {
  sgd:
    ({ dampening, weight_decay, nesterov, momentum: constant }) =>
    ({ p, g, lr, t, momentum, slots }) => {
      const slope = g + weight_decay * p
      if (constant === 0) return p - lr * slope
      const mu = momentum(t)
      slots['buf'] = t === 1 ? slope : mu * slots['buf']! + (1 - dampening) * slope
      return p - lr * (nesterov ? slope + mu * slots['buf'] : slots['buf'])
    },
  adam: (config) => (given) =>
    adamStep(config, given, given.p, given.g + config.weight_decay * given.p),
  adamw: (config) => (given) =>
    adamStep(config, given, given.p * (1 - given.lr * config.weight_decay), given.g),
  rmsprop:
    ({ alpha, eps, weight_decay, momentum: constant, centered }) =>
    ({ p, g, lr, t, momentum, slots }) => {
      const slope = g + weight_decay * p
      const square = average(slots, 'square', alpha, slope * slope)
      const mean = average(slots, 'mean', alpha, slope)
      const scaled = slope / (Math.sqrt(centered ? square - mean * mean : square) + eps)
      if (constant === 0) return p - lr * scaled
      slots['buf'] = momentum(t) * (slots['buf'] ?? 0) + scaled
      return p - lr * slots['buf']
    },
  adagrad:
    ({ lr_decay, eps, weight_decay, initial_accumulator_value }) =>
    ({ p, g, lr, t, slots }) => {
      const slope = g + weight_decay * p
      slots['sum'] = (slots['sum'] ?? initial_accumulator_value) + slope * slope
      return p - ((lr / (1 + (t - 1) * lr_decay)) * slope) / (Math.sqrt(slots['sum']) + eps)
    },
  adadelta:
    ({ rho, eps, weight_decay }) =>
    ({ p, g, lr, slots }) => {
      const slope = g + weight_decay * p
      const square = average(slots, 'square', rho, slope * slope)
      const change = (Math.sqrt((slots['change'] ?? 0) + eps) / Math.sqrt(square + eps)) * slope
      average(slots, 'change', rho, change * change)
      return p - lr * change
    },
  adamax:
    ({ betas: [, beta2], eps, weight_decay }) =>
    ({ p, g, lr, t, momentum, slots }) => {
      const slope = g + weight_decay * p
      const mean = average(slots, 'mean', momentum(t), slope)
      slots['largest'] = Math.max(beta2 * (slots['largest'] ?? 0), Math.abs(slope) + eps)
      return p - ((lr / (1 - momentum(t) ** t)) * mean) / slots['largest']
    },
  nadam:
    ({ betas: [, beta2], eps, weight_decay, momentum_decay, decoupled_weight_decay }) =>
    ({ p, g, lr, t, momentum, slots }) => {
      const start = decoupled_weight_decay ? p * (1 - lr * weight_decay) : p
      const slope = decoupled_weight_decay ? g : g + weight_decay * p
      const mu = (s: number, beta: number) => beta * (1 - 0.5 * 0.96 ** (s * momentum_decay))
      slots['product'] = (slots['product'] ?? 1) * mu(t, momentum(t))
      const ahead = mu(t + 1, momentum(t))
      const mean = average(slots, 'mean', momentum(t), slope)
      const square = average(slots, 'square', beta2, slope * slope)
      const root = Math.sqrt(square / (1 - beta2 ** t)) + eps
      const now = ((lr * (1 - mu(t, momentum(t)))) / (1 - slots['product'])) * slope
      return start - (now + ((lr * ahead) / (1 - slots['product'] * ahead)) * mean) / root
    },
  radam:
    ({ betas: [, beta2], eps, weight_decay, decoupled_weight_decay }) =>
    ({ p, g, lr, t, momentum, slots }) => {
      const start = decoupled_weight_decay ? p * (1 - lr * weight_decay) : p
      const slope = decoupled_weight_decay ? g : g + weight_decay * p
      const mean = average(slots, 'mean', momentum(t), slope) / (1 - momentum(t) ** t)
      const square = average(slots, 'square', beta2, slope * slope)
      const end = 2 / (1 - beta2) - 1
      const length = end - (2 * t * beta2 ** t) / (1 - beta2 ** t)
      if (length <= 5) return start - lr * mean
      const rectified = Math.sqrt(
        ((length - 4) * (length - 2) * end) / ((end - 4) * (end - 2) * length),
      )
      return start - (lr * mean * rectified * Math.sqrt(1 - beta2 ** t)) / (Math.sqrt(square) + eps)
    },
  lion:
    ({ betas: [, beta2], weight_decay }) =>
    ({ p, g, lr, t, momentum, slots }) => {
      const before = slots['mean'] ?? 0
      const direction = Math.sign(momentum(t) * before + (1 - momentum(t)) * g)
      average(slots, 'mean', beta2, g)
      return p * (1 - lr * weight_decay) - lr * direction
    },
}

function adamStep(
  { betas: [, beta2], eps, amsgrad }: ConfigOf<'adam'> | ConfigOf<'adamw'>,
  { lr, t, momentum, slots }: Parameters<Step>[0],
  start: number,
  slope: number,
): number {
  const mean = average(slots, 'mean', momentum(t), slope)
  const square = average(slots, 'square', beta2, slope * slope)
  slots['largest'] = Math.max(slots['largest'] ?? 0, square)
  const root = Math.sqrt(amsgrad ? slots['largest'] : square) / Math.sqrt(1 - beta2 ** t)
  return start - ((lr / (1 - momentum(t) ** t)) * mean) / (root + eps)
}

/** A running average that starts at zero; returns its new value. */
function average(
  slots: Record<string, number>,
  name: string,
  decay: number,
  value: number,
): number {
  return (slots[name] = decay * (slots[name] ?? 0) + (1 - decay) * value)
}

/** One element's path over its gradients, computed in float64. */
export function pathOf(
  config: OptimizerConfig,
  start: number,
  gradients: readonly number[],
  rate: (step: number) => number,
  momentum: (step: number) => number,
): number[] {
  const step = (formulas[config.name] as (config: OptimizerConfig) => Step)(config)
  const slots: Record<string, number> = {}
  let p = start
  return gradients.map((gradient, index) => {
    const g = config.maximize ? -gradient : gradient
    const at = { lr: rate(index), t: index + 1, momentum: (s: number) => momentum(s - 1) }
    p = step({ p, g, slots, ...at })
    return p
  })
}
