/** The torchvision name of a tensor under another convention; names that it does not know stay as they are. */
export type Rename = (name: string) => string

/**
 * timm's `mobilenetv2_*`: blocks in stages, where torchvision has one list. The first block has no expansion.
 */
export const mobilenetV2Names: Rename = inOrder(
  replacing({
    'conv_stem.': 'features.0.0.',
    'bn1.': 'features.0.1.',
    'conv_head.': 'features.18.0.',
    'bn2.': 'features.18.1.',
    'classifier.': 'classifier.1.',
  }),
  inBlocks(
    (stage, block) => `features.${([1, 2, 4, 7, 11, 14, 17][stage] ?? NaN) + block}.conv`,
    { conv_dw: '0.0', bn1: '0.1', conv_pw: '1', bn2: '2' },
    { conv_pw: '0.0', bn1: '0.1', conv_dw: '1.0', bn2: '1.1', conv_pwl: '2', bn3: '3' },
  ),
)

/** timm's `efficientnet_*`. The blocks of the first stage have no expansion. */
export const efficientnetNames: Rename = inOrder(
  replacing({
    'conv_stem.': 'features.0.0.',
    'bn1.': 'features.0.1.',
    'conv_head.': 'features.8.0.',
    'bn2.': 'features.8.1.',
    'classifier.': 'classifier.1.',
  }),
  inBlocks(
    (stage, block) => `features.${stage + 1}.${block}.block`,
    {
      conv_dw: '0.0',
      bn1: '0.1',
      'se.conv_reduce': '1.fc1',
      'se.conv_expand': '1.fc2',
      conv_pw: '2.0',
      bn2: '2.1',
    },
    {
      conv_pw: '0.0',
      bn1: '0.1',
      conv_dw: '1.0',
      bn2: '1.1',
      'se.conv_reduce': '2.fc1',
      'se.conv_expand': '2.fc2',
      conv_pwl: '3.0',
      bn3: '3.1',
    },
  ),
)

/** timm's `vit_*`. Query, key and value lie in one matrix in both, in that order. */
export const vitNames: Rename = inOrder(
  replacing({
    cls_token: 'class_token',
    pos_embed: 'encoder.pos_embedding',
    'patch_embed.proj.': 'conv_proj.',
    'norm.': 'encoder.ln.',
    'head.': 'heads.head.',
  }),
  inLayers('blocks.', 'encoder.layers.encoder_layer_', {
    'norm1.': 'ln_1.',
    'norm2.': 'ln_2.',
    'attn.qkv.': 'self_attention.in_proj_',
    'attn.proj.': 'self_attention.out_proj.',
    'mlp.fc1.': 'mlp.0.',
    'mlp.fc2.': 'mlp.3.',
  }),
  // What torchvision called them up to 0.12.
  inLayers('encoder.layers.encoder_layer_', 'encoder.layers.encoder_layer_', {
    'mlp.linear_1.': 'mlp.0.',
    'mlp.linear_2.': 'mlp.3.',
  }),
)

/** The files that torchvision still publishes: module names from before dots were reserved. */
export const densenetNames: Rename = (name) =>
  name.replace(/(\.denselayer\d+\.(?:norm|conv))\.([12])\./, '$1$2.')

/** The first rename that changes the name. */
function inOrder(...renames: readonly Rename[]): Rename {
  return (name) => {
    for (const rename of renames) {
      const renamed = rename(name)
      if (renamed !== name) return renamed
    }
    return name
  }
}

function replacing(prefixes: Readonly<Record<string, string>>): Rename {
  return (name) => {
    const prefix = Object.keys(prefixes).find((from) => name.startsWith(from))
    return prefix === undefined ? name : `${prefixes[prefix]}${name.slice(prefix.length)}`
  }
}

/** Layers under a number: `blocks.3.norm1.weight`. */
function inLayers(from: string, to: string, prefixes: Readonly<Record<string, string>>): Rename {
  const rename = replacing(prefixes)
  return (name) => {
    if (!name.startsWith(from)) return name
    const [number = '', ...rest] = name.slice(from.length).split('.')
    return `${to}${number}.${rename(rest.join('.'))}`
  }
}

/** Blocks in stages: `blocks.3.1.conv_pw.weight`; those of stage 0 have parts of their own. */
function inBlocks(
  place: (stage: number, block: number) => string,
  partsOfFirst: Readonly<Record<string, string>>,
  partsOfOthers: Readonly<Record<string, string>>,
): Rename {
  return (name) => {
    const [, stage, block, part = '', weight] =
      /^blocks\.(\d)\.(\d+)\.(.+)\.(\w+)$/.exec(name) ?? []
    const parts = stage === '0' ? partsOfFirst : partsOfOthers
    return part in parts ? `${place(Number(stage), Number(block))}.${parts[part]}.${weight}` : name
  }
}
