import assert from 'node:assert/strict'
import { errorRecord, renderError } from '../../src/commands/render-error.js'
import { AppError } from '../../src/core/errors.js'

const error = new AppError('config_invalid', 'Two problems', {
  details: [
    new AppError('config_invalid', 'epochs must be a number', {
      location: { file: 'conf/train.yaml', line: 3, column: 5, layer: 'train' },
      frame: '> 3 | epochs: x\n    |         ^',
      suggestions: ['trainer.epochs'],
    }),
    new AppError('config_missing', 'checkpoint is not set', { hint: 'Set checkpoint=RUN.' }),
  ],
})

describe('commands/render-error', () => {
  it('shows place, frame, suggestions and hints of every detail', () => {
    assert.equal(
      renderError(error),
      `error: Two problems
- epochs must be a number
  at conf/train.yaml:3:5 (train)
  > 3 | epochs: x
      |         ^
  Did you mean trainer.epochs?
- checkpoint is not set
  Set checkpoint=RUN.
`,
    )
  })

  it('keeps the same facts as plain data', () => {
    const record = errorRecord(error)
    assert.equal(record.exit, 3)
    assert.equal(record.location, null)
    assert.deepEqual(record.details[0]?.location, {
      file: 'conf/train.yaml',
      line: 3,
      column: 5,
      layer: 'train',
    })
    assert.deepEqual(JSON.parse(JSON.stringify(record)), record)
  })
})
