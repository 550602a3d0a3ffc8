import type { Preview, PreviewRow } from '../../data/preview.js'
import { drawSheet, type DrawnSheet, type Section } from './sheet.js'

/** Draws a preview as a contact sheet: one image a column, one transform or epoch a row. */
export function drawPreview(
  { originals, transforms, epochs }: Preview,
  about: { readonly data: string; readonly augmentation: string },
): DrawnSheet {
  const first = originals.map(({ picture, label, index }) => ({
    picture,
    texts: [label, `#${index}`],
  }))
  const sections: Section[] = [
    { rows: [first], names: ['original'] },
    section('Each transform by itself, always applied', transforms),
    ...(epochs.length === 0
      ? []
      : [section('All together, as the epochs of training draw them', epochs)]),
  ]
  return drawSheet({
    title: `Augmentation ${about.augmentation}`,
    subtitle: `Training images of ${about.data}, before they are normalized; # is the place in the training part`,
    sections,
    side: 84,
  })
}

function section(heading: string, rows: readonly PreviewRow[]): Section {
  return {
    heading,
    names: rows.map(({ name }) => name),
    rows: rows.map(({ pictures }) => pictures.map((picture) => ({ picture }))),
  }
}
