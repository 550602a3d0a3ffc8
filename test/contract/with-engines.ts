import type { Engine } from '../../src/engine/compile.js'
import { openEngine } from '../../src/engine/engines.js'

/** Defines the same suite for each engine that needs no library from elsewhere. */
export function withEngines(title: string, define: (engine: () => Engine) => void): void {
  for (const name of ['cpu', 'onnxruntime'] as const) {
    describe(`${title} on ${name}`, () => {
      let engine: Engine | undefined
      before(async () => {
        engine = await openEngine({ name, device: 'cpu', threads: 2 })
      })
      after(async () => {
        await engine?.dispose()
      })
      define(() => {
        if (engine === undefined) throw new Error('the engine is not open')
        return engine
      })
    })
  }
}
