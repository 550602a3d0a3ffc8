import { AppError } from '../../core/errors.js'

/** What `model.weights` names: where it lies and what it is. */
export interface WeightsSource {
  readonly kind: 'random' | 'safetensors' | 'url' | 'tfjs' | 'run'
  /** A path, a URL or a run reference. */
  readonly place: string
}

const pickles = /\.(pt|pth|ckpt|pkl|tar)(\?|$)|pytorch_model.*\.bin$/i

/** Reads `model.weights` without touching anything; `config_invalid` says what it may be. */
export function parseWeights(text: string): WeightsSource {
  const [, reference] = /^run:(.+)$/.exec(text) ?? []
  if (text === 'random') return { kind: 'random', place: '' }
  if (reference !== undefined) return { kind: 'run', place: reference }
  if (pickles.test(text)) throw pickle(text)
  if (/^https?:\/\//i.test(text)) return { kind: 'url', place: text }
  if (/\.safetensors$/i.test(text)) return { kind: 'safetensors', place: text }
  if (/\.json$/i.test(text)) return { kind: 'tfjs', place: text }
  throw new AppError('config_invalid', `model.weights is '${text}', which names no weights`, {
    hint:
      'It is random, the path or http(s) URL of a .safetensors file, the path of a model.json, or run:<reference>. ' +
      'No weights come with the program and none are chosen by name.',
  })
}

function pickle(text: string): AppError {
  return new AppError(
    'config_invalid',
    `${text} is a PyTorch pickle, which can run code when read`,
    {
      hint:
        'Convert it where PyTorch is installed: python -c "import sys, torch; from safetensors.torch import save_file; ' +
        "s = torch.load(sys.argv[1], map_location='cpu'); s = s.get('state_dict', s); " +
        'save_file({k: v.clone().contiguous() for k, v in s.items()}, sys.argv[2])" IN.pth OUT.safetensors',
    },
  )
}
