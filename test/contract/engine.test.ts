import { engines, type EngineName } from '../../src/engine/engines.js'
import { loadTensorflow } from '../../src/engine/tensorflow-library.js'
import { engineContract } from './engine.js'

describe('engine contract', () => {
  for (const name of Object.keys(engines) as EngineName[]) {
    describe(name, function () {
      const attempt = name === 'tensorflow' ? loadTensorflow() : undefined
      if (attempt?.kind === 'absent') {
        it.skip(`is not checked: ${attempt.reasons.join('; ')}`)
        return
      }
      engineContract(name)
    })
  }
})
