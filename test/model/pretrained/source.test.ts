import assert from 'node:assert/strict'
import { AppError } from '../../../src/core/errors.js'
import { parseWeights } from '../../../src/model/pretrained/source.js'

describe('model.weights', () => {
  const forms: [text: string, kind: string, place: string][] = [
    ['random', 'random', ''],
    ['a/b.safetensors', 'safetensors', 'a/b.safetensors'],
    ['/a/B.SafeTensors', 'safetensors', '/a/B.SafeTensors'],
    [
      'https://x.org/b.safetensors?download=true',
      'url',
      'https://x.org/b.safetensors?download=true',
    ],
    ['http://x.org/weights', 'url', 'http://x.org/weights'],
    ['exported/model.json', 'tfjs', 'exported/model.json'],
    ['run:latest', 'run', 'latest'],
    ['run:runs/a/b:best', 'run', 'runs/a/b:best'],
  ]
  for (const [text, kind, place] of forms) {
    it(`reads ${text}`, () => assert.deepEqual(parseWeights(text), { kind, place }))
  }

  it('refuses pickles and says how to convert them', () => {
    for (const text of ['a.pt', 'a.pth', 'a.ckpt', 'pytorch_model.bin', 'http://x.org/a.pth?x=1']) {
      assert.throws(
        () => parseWeights(text),
        (error) =>
          error instanceof AppError &&
          error.message.includes('pickle') &&
          error.hint!.includes('save_file'),
      )
    }
  })

  it('refuses what names nothing', () => {
    for (const text of ['imagenet', 'run:', 'Random', 'weights.bin', 'a/b']) {
      assert.throws(
        () => parseWeights(text),
        (error) => error instanceof AppError && error.code === 'config_invalid',
      )
    }
  })
})
