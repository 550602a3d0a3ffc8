import type { Random } from '../../core/random.js'
import type { ColourJitterConfig } from '../../spec/types.gen.js'
import { blend } from './blend.js'
import { meanGrey, saturate, turnHue } from './colour.js'
import { mapValues } from './map-values.js'
import { between, type Transform } from './transform.js'

/**
 * Changes brightness, contrast (about the mean grey), saturation and hue by uniform factors, in random order
 * (torchvision, ColorJitter, on PIL images; the hue is turned without PIL's rounding to bytes). Images without colour have
 * neither saturation nor hue.
 */
export const colourJitter: Transform<ColourJitterConfig> = (picture, config, random) => {
  const { pixels, shape } = picture
  const channels = shape[2]
  const changes = [
    () => {
      const factor = around(random, config.brightness)
      mapValues(pixels, (value) => blend(0, value, factor))
    },
    () => {
      const factor = around(random, config.contrast)
      const mean = meanGrey(pixels, channels)
      mapValues(pixels, (value) => blend(mean, value, factor))
    },
    () => saturate(pixels, channels, around(random, config.saturation)),
    () => turnHue(pixels, channels, between(random, [-config.hue, config.hue])),
  ]
  for (const change of random.shuffle(changes)) change()
}

function around(random: Random, strength: number): number {
  return between(random, [Math.max(0, 1 - strength), 1 + strength])
}
