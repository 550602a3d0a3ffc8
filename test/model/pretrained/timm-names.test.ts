import assert from 'node:assert/strict'
import { Random } from '../../../src/core/random.js'
import { buildModel } from '../../../src/model/models.js'
import { applyTorchWeights } from '../../../src/model/pretrained/apply.js'
import {
  densenetNames,
  efficientnetNames,
  mobilenetV2Names,
  vitNames,
} from '../../../src/model/pretrained/timm-names.js'
import { weightHash } from '../../../src/model/weights.js'
import type { ResolvedModel } from '../../../src/spec/run-spec.js'
import { hubConfig } from '../hub-configs.js'
import { stateDict } from './state-dict.js'

const norm = (name: string) =>
  ['weight', 'bias', 'running_mean', 'running_var'].map((weight) => `${name}.${weight}`)
const both = (name: string) => [`${name}.weight`, `${name}.bias`]

/** timm's names of a network of inverted residuals, in the order of its modules. */
function timmBlocks(stages: readonly number[], excited: boolean): string[] {
  const excitation = (block: string) =>
    excited ? [...both(`${block}.se.conv_reduce`), ...both(`${block}.se.conv_expand`)] : []
  return [
    'conv_stem.weight',
    ...norm('bn1'),
    ...stages.flatMap((count, stage) =>
      Array.from({ length: count }, (_, index) => `blocks.${stage}.${index}`).flatMap((block) => [
        ...(stage === 0 ? [] : [`${block}.conv_pw.weight`, ...norm(`${block}.bn1`)]),
        `${block}.conv_dw.weight`,
        ...norm(`${block}.${stage === 0 ? 'bn1' : 'bn2'}`),
        ...excitation(block),
        `${block}.${stage === 0 ? 'conv_pw' : 'conv_pwl'}.weight`,
        ...norm(`${block}.${stage === 0 ? 'bn2' : 'bn3'}`),
      ]),
    ),
    'conv_head.weight',
    ...norm('bn2'),
    ...both('classifier'),
  ]
}

const timmVit = [
  'cls_token',
  'pos_embed',
  ...both('patch_embed.proj'),
  ...[0, 1].flatMap((block) =>
    ['norm1', 'attn.qkv', 'attn.proj', 'norm2', 'mlp.fc1', 'mlp.fc2'].flatMap((part) =>
      both(`blocks.${block}.${part}`),
    ),
  ),
  ...both('norm'),
  ...both('head'),
]

const cases: [ResolvedModel, string[], (name: string) => string][] = [
  [
    hubConfig('mobilenet_v2', { width: 0.25 }),
    timmBlocks([1, 2, 3, 4, 3, 3, 1], false),
    mobilenetV2Names,
  ],
  [
    hubConfig('efficientnet_b0', { width: 0.25 }),
    timmBlocks([1, 2, 2, 3, 3, 4, 1], true),
    efficientnetNames,
  ],
  [hubConfig('vit', { variant: 'tiny', layers: 2, patch_size: 8 }), timmVit, vitNames],
]

describe("timm's names", () => {
  for (const [config, names, rename] of cases) {
    it(`become torchvision's in ${config.name}`, () => {
      const source = buildModel(config, new Random(1))
      const tensors = stateDict(source)
      const torchvision = [...tensors.keys()].filter((name) => !name.includes('num_batches'))
      assert.deepEqual(names.map(rename).sort(), torchvision.sort())
      const renamed = new Map(names.map((name) => [name, tensors.get(rename(name))!]))
      const model = buildModel(config, new Random(2))
      assert.equal(applyTorchWeights(model, config.name, renamed).names, 'timm')
      assert.equal(weightHash(model), weightHash(source))
      source.dispose()
      model.dispose()
    })
  }

  it("keep torchvision's own order of the blocks", () => {
    assert.equal(mobilenetV2Names('blocks.0.0.bn2.bias'), 'features.1.conv.2.bias')
    assert.equal(mobilenetV2Names('blocks.3.3.conv_dw.weight'), 'features.10.conv.1.0.weight')
    assert.equal(mobilenetV2Names('blocks.6.0.bn3.bias'), 'features.17.conv.3.bias')
    assert.equal(efficientnetNames('blocks.4.1.conv_pwl.weight'), 'features.5.1.block.3.0.weight')
  })

  it('are those of old torchvision files too', () => {
    assert.equal(
      densenetNames('features.denseblock3.denselayer12.norm.2.running_mean'),
      'features.denseblock3.denselayer12.norm2.running_mean',
    )
    assert.equal(densenetNames('features.conv0.weight'), 'features.conv0.weight')
    assert.equal(
      vitNames('encoder.layers.encoder_layer_3.mlp.linear_2.bias'),
      'encoder.layers.encoder_layer_3.mlp.3.bias',
    )
    assert.equal(
      vitNames('encoder.layers.encoder_layer_3.ln_1.bias'),
      'encoder.layers.encoder_layer_3.ln_1.bias',
    )
  })
})
