import type { Evaluation } from '../../src/report/evaluation.js'

/** An evaluation of `count` images with a softmax row each; every fifth answer or so is wrong. */
export function makeEvaluation(count: number, classes: readonly string[]): Evaluation {
  const size = classes.length
  const truth = Int32Array.from({ length: count }, (_, index) => index % size)
  const predicted = truth.map((label, index) => (index % 5 === 3 ? (label + 1) % size : label))
  const probabilities = new Float32Array(count * size)
  for (let index = 0; index < count; index++) {
    const row = classes.map((_, label) => Math.exp(label === predicted[index] ? 2 : -label / 3))
    const total = row.reduce((sum, value) => sum + value, 0)
    probabilities.set(
      row.map((value) => value / total),
      index * size,
    )
  }
  return {
    split: 'test',
    classes,
    truth,
    predicted,
    probabilities,
    indices: Int32Array.from({ length: count }, (_, index) => 100 + 2 * index),
    loss: 0.5,
    dataFingerprint: 'f'.repeat(64),
    checkpoint: { run_id: 'run', name: 'best', epoch: 3, weight_hash: 'a'.repeat(64) },
  }
}

/** Reads CSV of quoted and bare cells, as a spreadsheet would. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  const cell = /("(?:[^"]|"")*"|[^,\n]*)(,|\n|$)/gy
  for (let match = cell.exec(text); match !== null && match[0] !== ''; match = cell.exec(text)) {
    const [, value, end] = match
    const plain = value!.startsWith('"') ? value!.slice(1, -1).replaceAll('""', '"') : value!
    rows.at(-1)!.push(plain)
    if (end === '\n') rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}
