import assert from 'node:assert/strict'
import { compose } from '../../src/config/api.js'

function config(text: string, overrides: readonly string[] = []): unknown {
  const env = { TOKEN: 'opensesame' }
  const result = compose({ files: { 'config.yaml': text }, configName: 'config', overrides, env })
  assert.doesNotMatch(JSON.stringify(result), /opensesame/)
  return result.config
}

const reference = '${secret:TOKEN}'

describe('config: secrets', () => {
  it('stay references in files and overrides', () => {
    assert.deepEqual(config('token: !secret TOKEN'), { token: reference })
    assert.deepEqual(config('token: ${secret:TOKEN}'), { token: reference })
    assert.deepEqual(config('token: x', ["token='${secret:TOKEN}'"]), { token: reference })
    assert.deepEqual(config('token: x', ['token=${secret:TOKEN}']), { token: reference })
  })

  it('stay references wherever they are used in the config', () => {
    const text = [
      'token: !secret TOKEN',
      'url: http://me:${token}@host',
      'copy: ${token}',
      'list: ["${oc.select:token}"]',
      'made: "${oc.create:\'{a: !secret TOKEN}\'}"',
      'decoded: ${oc.decode:${token}}',
    ].join('\n')
    assert.deepEqual(config(text), {
      token: reference,
      url: 'http://me:${secret:TOKEN}@host',
      copy: reference,
      list: [reference],
      made: { a: reference },
      decoded: reference,
    })
  })

  it('are named by environment variables', () => {
    for (const text of [
      'a: !secret',
      'a: !secret "two words"',
      'a: !secret [x]',
      'a: !secret 1x',
    ]) {
      assert.throws(() => config(text), { kind: 'yaml' }, text)
    }
    assert.throws(() => config('a: ${secret:two words}'), { kind: 'interpolation-resolution' })
  })
})
