import { isMainThread } from 'node:worker_threads'

// tsx registers itself in the main thread only; threads that tests start run TypeScript too.
if (!isMainThread) {
  const { register } = await import('tsx/esm/api')
  register()
}
