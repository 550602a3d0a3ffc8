import { Resvg } from '@resvg/resvg-js'
import { fontFiles } from './font.js'

/** The pixels of an SVG at `zoom` times its size, as PNG; only the shipped fonts are used. */
export function rasterize(svg: string, zoom = 2): Uint8Array {
  const renderer = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: {
      loadSystemFonts: false,
      fontFiles: Object.values(fontFiles),
      defaultFontFamily: 'DejaVu Sans',
    },
  })
  return renderer.render().asPng()
}
