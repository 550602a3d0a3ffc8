import * as Flags from '@oclif/core/flags'
import { BaseCommand, dryRun, type Input, type Output } from './base.js'
import type { Context } from './context.js'

/** `export`: a trained model as files that other programs load. */
export class Export extends BaseCommand<typeof Export> {
  static override summary = 'Export a trained model to ONNX, TensorFlow.js or safetensors.'
  static override description = `run=RUN (or checkpoint=RUN) is a run id, a unique prefix of one, \`latest\`, a run directory \
or a model.json, with :best or :last behind it; best if there is one.

format=onnx         one file for any ONNX runtime, weights inside, any batch size
format=tfjs         model.json and weights.bin for stock TensorFlow.js: a LayersModel where
                    its layers suffice, else a GraphModel
format=safetensors  the weights with the names and layouts of torchvision
out=PATH            a directory, or the file itself; export/<checkpoint> in the run's directory
                    if not given

Labels, normalization and sizes are in the files' metadata. Files with other content are
replaced only with --force.`
  static override usage = '<%= command.id %> run=RUN [format=FORMAT] [out=PATH] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> run=latest',
    '<%= config.bin %> <%= command.id %> run=latest:last format=tfjs out=web/model',
    '<%= config.bin %> <%= command.id %> run=latest format=safetensors out=weights.safetensors --force',
  ]
  static override flags = {
    'dry-run': dryRun,
    force: Flags.boolean({ summary: 'Replace files that are there already.' }),
  }

  protected async perform(input: Input<typeof Export>, context: Context): Promise<Output> {
    const { prepareExport, runExport, showExportPlan } = await import('./exporting.js')
    const prepared = await prepareExport(input.words, context)
    if (input.flags['dry-run']) return showExportPlan(prepared, context)
    return runExport(prepared, input.flags.force, context)
  }
}
