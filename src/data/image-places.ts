import { AppError } from '../core/errors.js'

export type PartName = 'train' | 'val' | 'test'

/** Where an image belongs. */
export interface Placed {
  readonly path: string
  readonly part: PartName
  readonly class: string
}

const parts: ReadonlyMap<string, PartName> = new Map([
  ...(['train', 'training'] as const).map((name) => [name, 'train'] as const),
  ...(['val', 'valid', 'validation'] as const).map((name) => [name, 'val'] as const),
  ...(['test', 'testing'] as const).map((name) => [name, 'test'] as const),
])

/**
 * The part and class of images, by the directories of their paths: `class/image`, `class/more/image` or
 * `part/class/image`, below any number of directories that hold all the others. Classes without an image are
 * `data_missing`.
 */
export function placeImages(
  paths: readonly string[],
  directories: readonly string[],
  source: string,
): { placed: Placed[]; ignored: string[] } {
  const wrapper = wrapperOf(paths)
  const inside = (path: string) => path.slice(wrapper.length).split('/')
  const tops = new Set(paths.map((path) => inside(path)[0] as string))
  const byPart = [...tops].some((top) => partOf(top) === 'train')
  if (!byPart && tops.size > 0 && [...tops].every((top) => partOf(top) !== undefined)) {
    throw new AppError('data_missing', `${source} has no directory 'train'`, {
      hint: `It has ${[...tops].join(', ')}.`,
    })
  }
  const placed: Placed[] = []
  const ignored: string[] = []
  for (const path of paths) {
    const steps = inside(path)
    const part = byPart ? partOf(steps.shift() as string) : 'train'
    const [folder] = steps
    if (part === undefined || folder === undefined || steps.length < 2) ignored.push(path)
    else placed.push({ path, part, class: folder })
  }
  if (placed.length === 0) throw noImages(source, [])
  const classes = new Set(placed.map((image) => image.class))
  const empty = directories
    .filter((path) => path.startsWith(wrapper))
    .map(inside)
    .filter((steps) => steps.length === (byPart ? 2 : 1))
    .filter(([top]) => !byPart || partOf(top as string) !== undefined)
    .map((steps) => steps.at(-1) as string)
    .filter((name) => !classes.has(name))
  if (empty.length > 0) throw noImages(source, [...new Set(empty)])
  return { placed, ignored }
}

function partOf(name: string): PartName | undefined {
  return parts.get(name.toLowerCase())
}

/** The directories, as `a/b/`, that every image lies below; one that holds images itself is a class. */
function wrapperOf(paths: readonly string[]): string {
  let wrapper = ''
  for (;;) {
    const [first = ''] = paths
    const step = first.slice(wrapper.length).split('/')[0] as string
    const next = `${wrapper}${step}/`
    const wraps =
      partOf(step) === undefined &&
      paths.length > 0 &&
      paths.every((path) => path.startsWith(next) && path.slice(next.length).includes('/'))
    if (!wraps) return wrapper
    wrapper = next
  }
}

function noImages(source: string, names: readonly string[]): AppError {
  const what =
    names.length === 0
      ? `${source} holds no images in directories of classes`
      : `${source} has directories without an image: ${names.join(', ')}`
  return new AppError('data_missing', what, {
    hint: 'Put png, jpeg, webp, gif or tiff files into one directory a class, and remove directories without any.',
  })
}
