import type { Config } from 'vega-lite'
import { fontFamily } from './font.js'

/** The colours of all pictures; the two series also differ for readers who see no red or green. */
export const colours = {
  text: '#1f2937',
  muted: '#6b7280',
  faint: '#e5e7eb',
  training: '#2f6fb3',
  validation: '#e8710a',
  empty: '#f7fafd',
  full: '#08306b',
} as const

/** The look of all pictures as a Vega-Lite configuration; every spec carries it, so it draws the same elsewhere. */
export const theme: Config = {
  background: '#ffffff',
  padding: 20,
  font: fontFamily,
  title: {
    anchor: 'start',
    frame: 'bounds',
    color: colours.text,
    fontSize: 16,
    fontWeight: 'bold',
    subtitleColor: colours.muted,
    subtitleFontSize: 12,
    subtitlePadding: 7,
    subtitleLineHeight: 17,
    offset: 16,
  },
  axis: {
    labelColor: colours.muted,
    labelFontSize: 11,
    titleColor: colours.text,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 10,
    gridColor: colours.faint,
    domainColor: colours.faint,
    tickColor: colours.faint,
  },
  legend: {
    labelColor: colours.text,
    labelFontSize: 12,
    titleColor: colours.text,
    titleFontSize: 11,
    titleFontWeight: 'normal',
  },
  view: { stroke: null },
}
