import { keep, mul, sum, valueAndGrads, type Tensor } from '@tensorflow/tfjs-core'
import type { Engine, Feed, InputSpec } from '../../src/engine/compile.js'
import { layerKinds, type LayerKind } from './layer-kinds.js'
import { judge, notOffered, type Comparison, type JudgeContext, type Verdict } from './verdict.js'

interface FileTensor {
  readonly shape: number[]
  readonly dtype: string
  /** Numbers, or the names of those that JSON has not. */
  readonly data: readonly (number | string)[]
}

type FileTensors = Readonly<Record<string, FileTensor>>

interface LayerCase {
  readonly name: string
  readonly op: string
  readonly params: Readonly<Record<string, unknown>>
  readonly torch: FileTensors
  readonly nhwc?: FileTensors
}

/** PyTorch's layers, channels last: the results, and the gradients that come of `grad_output`. */
export async function judgeLayers(
  { cases }: { readonly cases: readonly LayerCase[] },
  { engine }: JudgeContext,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const one of cases) {
    const kind = Object.hasOwn(layerKinds, one.op) ? layerKinds[one.op] : undefined
    const missing = missingOf(one, kind)
    verdicts.push(
      kind === undefined || missing !== undefined
        ? notOffered(missing ?? one.op)
        : await judgeCase(one, kind, await engine()),
    )
  }
  return verdicts
}

/** What of the case the product has nothing for. */
function missingOf({ op, params }: LayerCase, kind: LayerKind | undefined): string | undefined {
  if (kind === undefined) return op
  const unknown = Object.keys(params).find((name) => !kind.parameters.includes(name))
  if (unknown !== undefined) return `${op} with ${unknown}`
  if (kind.offers?.(params) === false) return `${op} ${String(params['name'])}`
  return undefined
}

async function judgeCase(one: LayerCase, kind: LayerKind, engine: Engine): Promise<Verdict> {
  const tensors = kind.plain === true ? one.torch : { ...one.torch, ...one.nhwc }
  const results = await compute(tensors, one, kind, engine)
  return judge(one.name, comparisons(one, tensors, results))
}

/** Runs the operation and its gradient as one compiled step. */
async function compute(
  tensors: FileTensors,
  { params }: LayerCase,
  kind: LayerKind,
  engine: Engine,
): Promise<Record<string, Feed>> {
  const given = Object.fromEntries(Object.entries(tensors).filter(([name]) => !isResult(name)))
  const names = Object.keys(given).filter((name) => `grad_${name}` in tensors)
  const step = await engine.compile(
    ({ grad_output, ...rest }) => {
      let results: Record<string, Tensor> = {}
      const { grads } = valueAndGrads((...parts) => {
        const own = Object.fromEntries(names.map((name, index) => [name, parts[index]!]))
        results = { ...kind.run({ ...rest, ...own }, params as never) }
        for (const result of Object.values(results)) keep(result)
        return sum(mul(results['output']!, grad_output!))
      })(names.map((name) => rest[name]!))
      const outputs = Object.entries(results).map(([name, kept]) => {
        const output = [name, kept.clone()] as const
        kept.dispose()
        return output
      })
      const gradients = names.map((name, index) => [`grad_${name}`, grads[index]!] as const)
      return Object.fromEntries([...outputs, ...gradients])
    },
    {
      inputs: Object.fromEntries(
        Object.entries({ ...given, grad_output: tensors['grad_output']! }).map(
          ([name, { shape, dtype }]): [string, InputSpec] => [
            name,
            { shape, dtype: dtype === 'int64' ? 'int32' : 'float32' },
          ],
        ),
      ),
      state: [],
    },
  )
  const feeds = Object.entries({ ...given, grad_output: tensors['grad_output']! }).map(
    ([name, { dtype, data }]): [string, Feed] => {
      const numbers = data.map(Number)
      return [name, dtype === 'int64' ? Int32Array.from(numbers) : Float32Array.from(numbers)]
    },
  )
  const results = await step.run(Object.fromEntries(feeds))
  await step.dispose()
  return results
}

function* comparisons(
  one: LayerCase,
  tensors: FileTensors,
  results: Readonly<Record<string, Feed>>,
): Iterable<Comparison> {
  for (const [name, { data }] of Object.entries(tensors)) {
    if (!isResult(name) || name === 'grad_output') continue
    const judged = judgedElements(one, name)
    yield {
      what: name,
      expected: data.map(Number).filter((_, index) => judged(index)),
      got: [...(results[name] ?? [])].filter((_, index) => judged(index)),
      tolerance: name.startsWith('grad_') ? 1e-4 : 1e-5,
    }
  }
}

/** The slope of hardswish at its kinks depends on torch's code path. */
function judgedElements({ params, torch }: LayerCase, name: string): (index: number) => boolean {
  if (params['name'] !== 'hardswish' || !name.startsWith('grad_')) return () => true
  const { data = [] } = torch['input'] ?? {}
  return (index) => Math.abs(Number(data[index])) !== 3
}

function isResult(name: string): boolean {
  return /^(output|attention_weights|grad_.*|.*_after)$/.test(name)
}
