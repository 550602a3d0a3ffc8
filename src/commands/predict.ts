import { AppError } from '../core/errors.js'
import { formatTable } from '../core/terminal.js'
import { BaseCommand, type Input, type Output } from './base.js'
import type { Context } from './context.js'

/** `predict`: what a trained model says of image files. */
export class Predict extends BaseCommand<typeof Predict> {
  static override summary = 'Classify image files with a trained model.'
  static override description = `Images (png, jpeg, webp, gif, tiff, svg) are fitted into the model's size. Garments \
on a bright ground are inverted first, because the training images show them on \
black; invert=never or invert=always decides otherwise.`
  static override usage = '<%= command.id %> IMAGE... checkpoint=RUN [WORDS...] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> shoe.png coat.jpg checkpoint=latest',
    '<%= config.bin %> <%= command.id %> shoe.png checkpoint=runs/default/RUN/checkpoints/best/model.json --json',
  ]
  static override positionals = Infinity

  protected async perform(input: Input<typeof Predict>, context: Context): Promise<Output> {
    if (input.positionals.length === 0) {
      throw new AppError('usage', 'Which images?', {
        hint: 'For example: atelier predict shoe.png checkpoint=latest',
      })
    }
    const { composeRoot } = await import('../config/compose.js')
    const { resolveCheckpoint } = await import('../store/references.js')
    const { predictImages } = await import('../train/predict.js')
    const { config } = composeRoot('predict', input.words, context)
    const place = await resolveCheckpoint(config.checkpoint, config.run.root)
    const predictions = await predictImages(input.positionals, place.directory, config)
    const rows = predictions.map(({ file, label, confidence, inverted }) => [
      file,
      label,
      confidence.toFixed(4),
      inverted ? 'inverted' : '',
    ])
    return {
      result: { checkpoint: place, predictions },
      text: formatTable(['image', 'prediction', 'confidence', ''], rows),
    }
  }
}
