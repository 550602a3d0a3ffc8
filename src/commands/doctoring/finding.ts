/** What was found of one thing. */
export interface Finding {
  readonly area: 'program' | 'machine' | 'engines' | 'directories' | 'data'
  readonly name: string
  /** absent: optional, and not there; broken: required, and not working. */
  readonly state: 'ok' | 'absent' | 'broken'
  readonly detail: string
  /** What to do about it; null where there is nothing to do. */
  readonly remedy: string | null
}

export function ok(area: Finding['area'], name: string, detail: string): Finding {
  return { area, name, state: 'ok', detail, remedy: null }
}

export function absent(
  area: Finding['area'],
  name: string,
  detail: string,
  remedy: string,
): Finding {
  return { area, name, state: 'absent', detail, remedy }
}

export function broken(
  area: Finding['area'],
  name: string,
  detail: string,
  remedy: string,
): Finding {
  return { area, name, state: 'broken', detail, remedy }
}
