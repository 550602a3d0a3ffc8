import { lookUp } from '../src/core/table.js'
import { openEngine } from '../src/engine/engines.js'
import { prepareStep } from './engine.js'
import { peakOf } from './memory.js'
import { benchModels, type BenchModel } from './models.js'

/** Our side of the memory benchmark: trains the model named and prints the peak in KiB. */
const [model = '', steps = ''] = process.argv.slice(2)
const engine = await openEngine({ name: 'onnxruntime', device: 'cpu', threads: 2 })
const facts = lookUp<BenchModel>(benchModels, model, 'model of the benchmark')
await prepareStep(engine, facts).step(Number(steps))
console.log(peakOf('self'))
