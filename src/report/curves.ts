import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, systemCode } from '../core/errors.js'
import { readSpec } from '../store/run-directory.js'
import type { EpochMetrics } from '../store/records.js'
import { drawCurves } from './figures/curves.js'
import { writeFigure } from './figures/figure.js'

const requiredColumns = ['epoch', 'learning_rate', 'train_loss', 'train_accuracy'] as const

/** Draws a run's `metrics.csv` into `curves.{svg,png,vl.json}` beside it; returns their paths, none before the first epoch. */
export async function writeCurves(runDirectory: string): Promise<string[]> {
  const path = join(runDirectory, 'metrics.csv')
  const rows = parseMetrics(await readIfPresent(path), path)
  if (rows.length === 0) return []
  const { trainer } = await readSpec(runDirectory)
  return writeFigure(runDirectory, 'curves', await drawCurves(rows, trainer.checkpoint))
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return ''
    throw error
  }
}

/** Reads the columns by name, so that later versions may add some; empty validation columns become null. */
function parseMetrics(text: string, path: string): EpochMetrics[] {
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line !== '')
  if (header === undefined) return []
  const names = header.split(',')
  const missing = requiredColumns.find((name) => !names.includes(name))
  if (missing !== undefined) throw corrupt(path, 1, `there is no column ${missing}`)
  return lines.map((line, index) => parseRow(names, line.split(','), path, index + 2))
}

function parseRow(names: string[], cells: string[], path: string, line: number): EpochMetrics {
  const cell = (name: string) => cells[names.indexOf(name)] ?? ''
  const read = (name: string) => {
    const text = cell(name)
    const value = Number(text)
    if (text.trim() === '' || (Number.isNaN(value) && text !== 'NaN')) {
      throw corrupt(path, line, `${name} is '${text}', not a number`)
    }
    return value
  }
  const readOptional = (name: string) => (cell(name) === '' ? null : read(name))
  return {
    epoch: read('epoch'),
    learning_rate: read('learning_rate'),
    train_loss: read('train_loss'),
    train_accuracy: read('train_accuracy'),
    val_loss: readOptional('val_loss'),
    val_accuracy: readOptional('val_accuracy'),
  }
}

function corrupt(path: string, line: number, problem: string): AppError {
  return new AppError('run_corrupt', `${path} is damaged: ${problem}`, {
    location: { file: path, line },
  })
}
