import assert from 'node:assert/strict'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import { compose } from '../../src/config/api.js'
import { mergeInto } from '../../src/config/merge.js'
import { toNode } from '../../src/config/overrides/apply.js'
import { parseOverride } from '../../src/config/overrides/parser.js'
import { type Element, elementText } from '../../src/config/overrides/values.js'
import { toPlain } from '../../src/config/plain.js'
import { type MapNode, cloneNode } from '../../src/config/tree.js'
import { floatText } from '../../src/config/values.js'

const marks = 'a b 1 . $ - _ / \\ , : = ( ) [ ] { } \' "'.split(' ')
const text = fc.string({ unit: fc.constantFrom(...marks, ' ', '	', 'null', '${x}') })
const quoted = fc
  .tuple(
    fc.oneof(text, fc.string({ unit: 'grapheme' })),
    fc.constantFrom("'" as const, '"' as const),
  )
  .map(([text, quote]) => ({ kind: 'quoted' as const, text, quote }))
const word = fc
  .stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
  .filter((name) => !/^(null|true|false|inf|nan)$/.test(name))
// Bare texts are escaped where they are written; the letter keeps them from reading as numbers.
const bare = fc
  .string({ unit: fc.constantFrom(...marks.filter((mark) => !/['"]/.test(mark)), ' ', '\t') })
  .map((rest) => `q${rest}`)
const primitive = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  fc.double(),
  word,
  bare,
  quoted,
)
const { element } = fc.letrec<{ element: Element }>((tie) => ({
  element: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    fc.array(tie('element'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(word, tie('element')), { selector: ([key]) => key, maxLength: 4 })
      .map((entries) => {
        return { kind: 'dictionary' as const, entries }
      }),
  ),
}))

const tree = fc.letrec<{ map: Element }>((tie) => ({
  map: fc
    .uniqueArray(
      fc.tuple(
        fc.constantFrom('a', 'b', 'c'),
        fc.oneof({ depthSize: 'small' }, word, fc.constant(null), tie('map')),
      ),
      {
        selector: ([key]) => key,
      },
    )
    .map((entries) => ({ kind: 'dictionary' as const, entries })),
})).map

const origin = { text: { file: 'test', text: '', layer: 'test' }, start: 0, end: 0 }

describe('config: properties', () => {
  it('parses what it prints: values of every kind come back', () => {
    fc.assert(
      fc.property(element, (value) => {
        assert.deepEqual(parseOverride(`key=${elementText(value)}`).value, value)
      }),
      { numRuns: 500 },
    )
  })

  it('parses what it prints: changes of lists and replaced mappings too', () => {
    const action = fc.constantFrom('append' as const, 'prepend' as const, 'remove' as const)
    const values = fc.array(element, { minLength: 1, maxLength: 3 })
    const index = fc.bigInt({ min: -5n, max: 5n })
    const change = fc.oneof(
      fc.record({ kind: fc.constant('edit' as const), action, index: fc.constant(0n), values }),
      fc.record({
        kind: fc.constant('edit' as const),
        action: fc.constant('insert' as const),
        index,
        values,
      }),
      fc.record({ kind: fc.constant('replace' as const), value: element }),
    )
    fc.assert(
      fc.property(change, (value) => {
        assert.deepEqual(parseOverride(`key=${elementText(value)}`).value, { ...value })
      }),
    )
  })

  it('prints floats as numbers that read back the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(Number(floatText(value)), value))
        assert.match(floatText(value), /[.e]/)
      }),
    )
  })

  it('throws nothing but its own error, whatever is typed', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom('a=', '+a=', '~', 'g=', 'a.b=', '++l.0='), fc.string())
        .map(([key, value]) => key + value),
      fc
        .array(
          fc.constantFrom(
            'a',
            '=',
            '[',
            ']',
            '{',
            '}',
            '(',
            ')',
            ',',
            ':',
            "'",
            '\\',
            '${',
            '1.',
            ' ',
            'sort',
            'int',
            '@',
            '/',
            '~',
            '+',
          ),
        )
        .map((parts) => `a=${parts.join('')}`),
    )
    fc.assert(
      fc.property(fc.array(typed, { maxLength: 3 }), (overrides) => {
        const files = {
          'config.yaml': 'defaults: [{g: x}, _self_]\na: {b: 1}\nl: [1]',
          'g/x.yaml': 'v: ${a.b}',
        }
        ownErrorsOnly(() => compose({ files, configName: 'config', overrides }))
      }),
      { numRuns: 1000 },
    )
  })

  it('throws nothing but its own error, whatever a file holds', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b: ',
        ': ',
        '\n',
        '\n  ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '${',
        '}',
        '${a}',
        '.',
        '&x ',
        '*x',
        '!!int ',
        '"',
        "'",
        '|\n',
        '#',
        '???',
        '1',
        'defaults:\n',
        '- g: x\n',
        'oc.env:',
        '<<: ',
        '\t',
        '---\n',
        '\\',
      ],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const files = { 'config.yaml': pieces.join(''), 'g/x.yaml': 'v: 1' }
        ownErrorsOnly(() => compose({ files, configName: 'config' }))
      }),
      { numRuns: 1500 },
    )
  })

  it('merges mappings the same whichever pair is merged first', () => {
    const rules = { newKeys: true, env: {} }
    const merged = (...parts: MapNode[]): MapNode => {
      const [first, ...rest] = parts.map((part) => cloneNode(part) as MapNode)
      assert.ok(first !== undefined)
      for (const part of rest) mergeInto(first, part, rules)
      return first
    }
    fc.assert(
      fc.property(tree, tree, tree, (x, y, z) => {
        const [a, b, c] = [x, y, z].map((value) => toNode(value, origin) as MapNode)
        assert.ok(a !== undefined && b !== undefined && c !== undefined)
        assert.deepEqual(toPlain(merged(merged(a, b), c)), toPlain(merged(a, b, c)))
        const right = merged(b, c)
        if (!replacesMapping(a, b))
          assert.deepEqual(toPlain(merged(a, right)), toPlain(merged(a, b, c)))
      }),
    )
  })
})

/** Whether a plain value takes the place of a mapping, after which a later mapping starts afresh. */
function replacesMapping(a: MapNode, b: MapNode): boolean {
  return [...b.entries].some(([key, { node }]) => {
    const before = a.entries.get(key)?.node
    if (before?.kind !== 'map') return false
    return node.kind === 'map' ? replacesMapping(before, node) : true
  })
}

function ownErrorsOnly(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof AppError) || !('kind' in error)) throw error
  }
}
