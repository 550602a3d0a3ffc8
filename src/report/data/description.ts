import { join } from 'node:path'
import { replaceDirectory, writeFileSynced, writeJson } from '../../core/files.js'
import { writeIndices } from '../../data/split/index-files.js'
import type { Split } from '../../data/split/split.js'
import { descriptionPage } from './page.js'
import { drawDescription } from './pictures.js'
import { countsCsv, descriptionRecord, duplicatesCsv, pixelsCsv, type Described } from './record.js'

/**
 * Replaces `directory` as a whole by the description: index.html, description.json, tables, pictures, and the split as
 * index files that `split=files` reads. A failure leaves what was there before.
 */
export async function writeDescription(
  directory: string,
  described: Described,
  split: Split,
): Promise<void> {
  const { description } = described
  const pictures = await drawDescription(description)
  await replaceDirectory(directory, async (fresh) => {
    await writeJson(join(fresh, 'description.json'), descriptionRecord(described))
    await writeFileSynced(join(fresh, 'counts.csv'), countsCsv(description))
    await writeFileSynced(join(fresh, 'pixels.csv'), pixelsCsv(description))
    await writeFileSynced(join(fresh, 'duplicates.csv'), duplicatesCsv(description))
    for (const [side, indices] of Object.entries(split) as [keyof Split, Int32Array][]) {
      if (indices.length > 0) await writeIndices(join(fresh, 'split', `${side}.txt`), indices)
    }
    for (const { name, drawn } of pictures) {
      await writeFileSynced(join(fresh, `${name}.svg`), drawn.svg)
      await writeFileSynced(join(fresh, `${name}.png`), drawn.png)
      if ('spec' in drawn) await writeJson(join(fresh, `${name}.vl.json`), drawn.spec)
    }
    await writeFileSynced(join(fresh, 'index.html'), descriptionPage(described, pictures))
  })
}
