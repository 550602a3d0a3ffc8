import { benchEngine } from './engine.js'

await benchEngine((line) => console.log(line))
