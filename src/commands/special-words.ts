import { AppError } from '../core/errors.js'

/** Takes the words `name=value` that are no config keys, such as `resume=latest`, out of the overrides. */
export function takeWords<Name extends string>(
  words: readonly string[],
  names: readonly Name[],
): { readonly taken: Partial<Record<Name, string>>; readonly rest: readonly string[] } {
  const taken: Partial<Record<Name, string>> = {}
  const rest: string[] = []
  for (const word of words) {
    const name = names.find((candidate) => word.startsWith(`${candidate}=`))
    if (name === undefined) {
      rest.push(word)
      continue
    }
    const value = word.slice(name.length + 1)
    if (value === '') throw new AppError('usage', `${name}= needs a value`)
    if (taken[name] !== undefined) throw new AppError('usage', `${name}= is given twice`)
    taken[name] = value
  }
  return { taken, rest }
}
