/** What went wrong with an image, in one line: libvips repeats itself for every damaged row. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.trim().replace(/\n[^]*/, '')
}
