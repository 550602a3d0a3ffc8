import { benchConfig } from './config.js'
import { benchEngine } from './engine.js'
import { benchEpoch } from './epoch.js'
import { benchStartup } from './startup.js'

const benches: Readonly<Record<string, (print: (line: string) => void) => Promise<void>>> = {
  engine: benchEngine,
  epoch: benchEpoch,
  startup: benchStartup,
  config: benchConfig,
}

const wanted = process.argv.slice(2)
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench((line) => console.log(line))
}
