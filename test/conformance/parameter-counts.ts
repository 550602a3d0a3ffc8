import { nameDifference, networkOf, parameterCount, type StateDict } from './networks.js'
import { judge, notOffered, type Verdict } from './verdict.js'

/** Parameter counts of an architecture for numbers of classes, as `num_classes_<n>`, and perhaps its state_dict. */
export type CountCase = { readonly name: string } & Readonly<Record<string, unknown>>

const countKey = /^num_classes_(\d+)$/

/** The number of parameters for each number of classes, for RGB images of 224x224. */
export function judgeCount(one: CountCase): Verdict {
  const counts = Object.entries(one).filter(([key]) => countKey.test(key))
  for (const [key, expected] of counts) {
    const num_classes = Number(countKey.exec(key)![1])
    const sizes = { torchvision: one.name, in_channels: 3, num_classes }
    const model = networkOf(sizes, [224, 224])
    if (model === undefined) return notOffered(`parameter count of ${one.name}`)
    const state = one[`state_dict_${key}`] as StateDict | undefined
    const difference = state && nameDifference(model, state)
    const got = parameterCount(model)
    model.dispose()
    const id = `${one.name}, ${num_classes} classes`
    if (difference !== undefined) {
      return { state: 'disagrees', id, expected: 'its state_dict', got: difference }
    }
    const verdict = judge(id, [{ expected: expected as number, got, tolerance: 0 }])
    if (verdict.state !== 'agrees') return verdict
  }
  return { state: 'agrees' }
}
