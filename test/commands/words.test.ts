import assert from 'node:assert/strict'
import { sortTokens, type Token } from '../../src/commands/words.js'
import { AppError } from '../../src/core/errors.js'

const rules = {
  positionals: 0,
  flags: ['json', 'quiet'],
  groupChoices: () => ['model=cnn', 'model=mlp', 'optimizer=adam'],
}

function tokens(...texts: string[]): Token[] {
  return texts.map((text) => ({ text, deletes: false }))
}

function refused(words: string[], positionals = 0): AppError {
  try {
    sortTokens(tokens(...words), { ...rules, positionals })
  } catch (error) {
    if (error instanceof AppError) return error
  }
  return assert.fail(`${words.join(' ')} was accepted`)
}

describe('commands/words', () => {
  it('keeps overrides in order, --delete among them', () => {
    const typed = [
      ...tokens('model=cnn', '+a.b=1', '++c=2'),
      { text: 'seed', deletes: true },
      ...tokens('~d', '@p=x', "note='a=b'"),
    ]
    assert.deepEqual(sortTokens(typed, rules), {
      words: ['model=cnn', '+a.b=1', '++c=2', '~seed', '~d', '@p=x', "note='a=b'"],
      positionals: [],
    })
  })

  it('parts positionals from overrides', () => {
    const typed = tokens('/tmp/a.png', 'checkpoint=latest', 'b.png', './odd=name.png')
    assert.deepEqual(sortTokens(typed, { ...rules, positionals: Infinity }), {
      words: ['checkpoint=latest'],
      positionals: ['/tmp/a.png', 'b.png', './odd=name.png'],
    })
  })

  it('guesses what a bare word meant', () => {
    assert.deepEqual(refused(['cnn']).suggestions, ['model=cnn'])
    assert.deepEqual(refused(['adm']).suggestions, ['optimizer=adam'])
    assert.deepEqual(refused(['json']).suggestions, ['--json'])
    assert.match(refused(['trainer.epochs']).hint ?? '', /trainer\.epochs=VALUE/)
    assert.equal(refused(['']).code, 'usage')
  })

  it('explains a path where a key was expected', () => {
    assert.match(refused(['/home/ann']).hint ?? '', /--delete/)
  })

  it('refuses more positionals than the command takes', () => {
    assert.match(refused(['a', 'b'], 1).message, /^'b'/)
  })
})
