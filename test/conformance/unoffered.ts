import { notOffered, type Judge, type Verdict } from './verdict.js'

type Entry = Readonly<Record<string, unknown>>

/** Judges files of which the product has nothing to run on its own yet: every entry is counted by its kind. */
export function unoffered(lists: Readonly<Record<string, (entry: Entry) => unknown>>): Judge {
  return (document: Readonly<Record<string, readonly Entry[]>>): Verdict[] =>
    Object.entries(lists).flatMap(([name, kindOf]) =>
      (document[name] ?? []).map((entry) => notOffered(String(kindOf(entry)))),
    )
}
