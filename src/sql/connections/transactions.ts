/** Runs work between BEGIN and COMMIT, or ROLLBACK if it throws; inside a running transaction it joins that one. */
export function transactions(run: (sql: string) => Promise<unknown>) {
  let isOpen = false
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (isOpen) return work()
    await run('begin')
    isOpen = true
    try {
      const result = await work()
      await run('commit')
      return result
    } catch (error) {
      // A connection that is gone has rolled back by itself.
      await run('rollback').catch(() => {})
      throw error
    } finally {
      isOpen = false
    }
  }
}
