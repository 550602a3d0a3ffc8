import assert from 'node:assert/strict'
import { AppError } from '../../src/core/errors.js'
import { hidePasswords, openSecrets } from '../../src/core/secrets.js'

const env = { TOKEN: 'a b/c', USER: 'anna' }

describe('core/secrets', () => {
  it('reads the secrets of a text and takes them out of what is said', () => {
    const opened = openSecrets('http://${secret:USER}:${secret:TOKEN}@host', env)
    assert.equal(opened.text, 'http://anna:a b/c@host')
    assert.equal(
      opened.mask('no answer from http://anna:a%20b%2Fc@host or a%20b/c or a b/c'),
      'no answer from http://${secret:USER}:${secret:TOKEN}@host or ${secret:TOKEN} or ${secret:TOKEN}',
    )
    const error = new AppError('database_failed', 'Cannot open anna', {
      hint: 'Is anna there?',
      suggestions: ['anna'],
      details: [new AppError('bug', 'anna')],
      cause: new Error('anna'),
    })
    const masked = opened.maskError(error)
    assert.ok(masked instanceof AppError)
    assert.doesNotMatch(
      [
        masked.message,
        masked.hint,
        masked.suggestions,
        masked.details[0]?.message,
        masked.cause,
      ].join(),
      /anna/,
    )
  })

  it('hides typed passwords without moving what stands behind', () => {
    const typed = `database.url=postgres://me:p@ss/w'd@host/name reading=no`
    const hidden = `database.url=postgres://me:********@host/name reading=no`
    assert.equal(hidePasswords(`${typed}\n  ^ MYSQL://u:x@h`), `${hidden}\n  ^ MYSQL://u:*@h`)
    const query = 'postgres://host/name?user=me&password=oh&ssl=1'
    assert.equal(hidePasswords(query), query.replace('oh', '**'))
    assert.equal(hidePasswords('pg://me:oh@host/name'), 'pg://me:**@host/name')
    const others = 'postgres://me@host/name, http://host:80/a@b, mysql://host:3306/name'
    assert.equal(hidePasswords(others), others)
  })

  it('leaves other texts and errors alone', () => {
    const opened = openSecrets('plain $TOKEN ${secret:}', env)
    assert.equal(opened.text, 'plain $TOKEN ${secret:}')
    const error = new AppError('bug', 'anna')
    assert.equal(opened.maskError(error), error)
  })

  it('names the variable that is not set', () => {
    for (const name of ['NONE', 'constructor']) {
      assert.throws(() => openSecrets(`\${secret:${name}}`, env), {
        code: 'config_missing',
        message: new RegExp(name),
      })
    }
  })
})
