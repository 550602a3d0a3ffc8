import { benchAugment } from './augment.js'
import { benchConfig } from './config.js'
import { benchConvolutions } from './convolutions.js'
import { benchDataMemory } from './data-memory.js'
import { benchDecode } from './decode.js'
import { benchEngine } from './engine.js'
import { benchEpoch } from './epoch.js'
import { benchInference } from './inference.js'
import { benchMemory } from './memory.js'
import { benchSql } from './sql.js'
import { benchStartup } from './startup.js'

type Bench = (print: (line: string) => void, names: readonly string[]) => Promise<void>

const benches: Readonly<Record<string, Bench>> = {
  engine: benchEngine,
  inference: benchInference,
  memory: benchMemory,
  convolutions: benchConvolutions,
  augment: benchAugment,
  decode: benchDecode,
  'data-memory': benchDataMemory,
  epoch: benchEpoch,
  sql: benchSql,
  startup: benchStartup,
  config: benchConfig,
}

/** Words that name no benchmark choose its rows: `engine resnet18`. */
const words = process.argv.slice(2)
const wanted = words.filter((word) => Object.hasOwn(benches, word))
const rows = words.filter((word) => !wanted.includes(word))
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench((line) => console.log(line), rows)
}
