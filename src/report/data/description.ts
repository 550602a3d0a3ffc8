import { join } from 'node:path'
import { replaceDirectory, writeFileSynced, writeJson } from '../../core/files.js'
import { descriptionPage } from './page.js'
import { drawDescription } from './pictures.js'
import { countsCsv, descriptionRecord, duplicatesCsv, pixelsCsv, type Described } from './record.js'

/**
 * Replaces `directory` as a whole by the description: index.html, description.json, tables and pictures. A failure leaves
 * what was there before.
 */
export async function writeDescription(directory: string, described: Described): Promise<void> {
  const { description } = described
  const pictures = await drawDescription(description)
  await replaceDirectory(directory, async (fresh) => {
    await writeJson(join(fresh, 'description.json'), descriptionRecord(described))
    await writeFileSynced(join(fresh, 'counts.csv'), countsCsv(description))
    await writeFileSynced(join(fresh, 'pixels.csv'), pixelsCsv(description))
    await writeFileSynced(join(fresh, 'duplicates.csv'), duplicatesCsv(description))
    for (const { name, drawn } of pictures) {
      await writeFileSynced(join(fresh, `${name}.svg`), drawn.svg)
      await writeFileSynced(join(fresh, `${name}.png`), drawn.png)
      if ('spec' in drawn) await writeJson(join(fresh, `${name}.vl.json`), drawn.spec)
    }
    await writeFileSynced(join(fresh, 'index.html'), descriptionPage(described, pictures))
  })
}
