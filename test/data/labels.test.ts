import assert from 'node:assert/strict'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.js'
import { fashionClasses } from '../../src/data/fashion-classes.js'
import { labelsOf, mapLabels } from '../../src/data/labels.js'
import type { LabelsConfig } from '../../src/spec/types.gen.js'

type Groups = Record<string, [string, ...string[]]>

const garmentGroups: Groups = {
  'Upper part': ['T-shirt/top', 'Pullover', 'Coat', 'Shirt'],
  Bottom: ['Trouser'],
  'One piece': ['Dress'],
  Footwear: ['Sandal', 'Sneaker', 'Ankle boot'],
  Bags: ['Bag'],
}

function failure(groups: Groups): AppError {
  try {
    mapLabels({ name: 'mine', groups, ...plain }, fashionClasses)
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'labels_invalid')
    return error
  }
  return assert.fail('accepted')
}

const plain: Pick<LabelsConfig, 'exclude' | 'rename' | 'aliases'> = {
  exclude: [],
  rename: {},
  aliases: {},
}

describe('mapLabels', () => {
  it('keeps the classes as they are', () => {
    const labels = mapLabels({ name: 'classes', ...plain }, fashionClasses)
    assert.deepEqual(labels.names, fashionClasses)
    assert.deepEqual([...labels.map], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('maps the five garment groups', () => {
    const labels = mapLabels(
      { name: 'garment_groups', groups: garmentGroups, ...plain },
      fashionClasses,
    )
    assert.deepEqual(labels.names, Object.keys(garmentGroups))
    assert.deepEqual([...labels.map], [0, 1, 0, 2, 0, 3, 0, 3, 4, 3])
  })

  it('accepts every partition and gives each class the group that lists it', () => {
    const partition = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(partition, (assignment) => {
        const groups: Record<string, string[]> = {}
        for (const [index, group] of assignment.entries()) {
          const members = (groups[`group ${group}`] ??= [])
          members.push(fashionClasses[index]!)
        }
        const labels = mapLabels(
          { name: 'any', groups: groups as Groups, ...plain },
          fashionClasses,
        )
        assert.deepEqual(
          Array.from(labels.map, (label) => labels.names[label]),
          assignment.map((group) => `group ${group}`),
        )
      }),
    )
  })

  it('names a class that is missing', () => {
    const groups = Object.entries(garmentGroups).filter(([name]) => name !== 'Bags')
    assert.match(
      failure(Object.fromEntries(groups)).message,
      /labels 'mine': class 'Bag' is in no group/,
    )
  })

  it('names a class that is listed twice, in one group or two', () => {
    const across = failure({ ...garmentGroups, Bottom: ['Trouser', 'Bag'] })
    assert.match(across.message, /class 'Bag' is listed 2 times \('Bottom', 'Bags'\)/)
    const within = failure({ ...garmentGroups, Bags: ['Bag', 'Bag'] })
    assert.match(within.message, /'Bag' is listed 2 times/)
  })

  it('suggests the class that was meant, and reports all problems at once', () => {
    const error = failure({ ...garmentGroups, Bottom: ['Trousers'] })
    assert.match(error.message, /have 2 problems/)
    assert.deepEqual(error.details[0]!.suggestions, ['Trouser'])
    assert.deepEqual(
      error.details.map(({ message }) => message),
      [
        "group 'Bottom' names 'Trousers', which is no class of the data",
        "class 'Trouser' is in no group",
      ],
    )
  })

  it('leaves classes out, renames labels, and knows aliases', () => {
    const labels = mapLabels(
      {
        name: 'mine',
        groups: { Upper: ['Top', 'Coat'], Other: ['Dress'] },
        exclude: ['Kleid 2'],
        rename: { Upper: 'Oberteil' },
        aliases: { Top: 'T-shirt/top', 'Kleid 2': 'Bag' },
      },
      ['T-shirt/top', 'Coat', 'Dress', 'Bag'],
    )
    assert.deepEqual(
      [labels.names, [...labels.map]],
      [
        ['Oberteil', 'Other'],
        [0, 0, 1, -1],
      ],
    )
    assert.deepEqual([...labelsOf(labels, Int32Array.of(3, 2, 0))], [-1, 1, 0])
    const classes = mapLabels({ name: 'classes', ...plain, exclude: ['b'] }, ['a', 'b', 'c'])
    assert.deepEqual(
      [classes.names, [...classes.map]],
      [
        ['a', 'c'],
        [0, -1, 1],
      ],
    )
  })

  it('refuses what it cannot leave out or rename', () => {
    const refused = (changes: Partial<LabelsConfig>, message: RegExp) => {
      const config = { name: 'classes', ...plain, ...changes } as LabelsConfig
      assert.throws(() => mapLabels(config, ['a', 'b', 'c']), message)
    }
    refused({ exclude: ['a', 'b'] }, /leave one label, c/)
    refused({ exclude: ['d'] }, /exclude names 'd', which is no class/)
    refused({ rename: { d: 'e' } }, /rename names 'd', which is no label/)
    refused({ rename: { a: 'c' } }, /two labels are called 'c'/)
    const groups = { x: ['a', 'b'], y: ['c'] } as Groups
    refused({ name: 'mine', groups, exclude: ['c'] }, /'c' is excluded, but listed in 'y'/)
  })
})
