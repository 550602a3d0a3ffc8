import type { Category, DataDescription, Scope } from '../../data/describe.js'
import type { Figure } from '../figures/figure.js'
import { colours } from '../figures/theme.js'
import { drawBars } from './bars.js'
import { drawHistogram } from './histogram.js'
import { drawSheet, type DrawnSheet, type Tile } from './sheet.js'

/** A picture of a description: its file name without ending, what it shows, and the drawing. */
export interface DescriptionPicture {
  readonly name: string
  readonly heading: string
  readonly alternative: string
  readonly drawn: Figure | DrawnSheet
}

/** Draws all pictures of a description, those of labels before those of classes. */
export async function drawDescription(
  description: DataDescription,
): Promise<readonly DescriptionPicture[]> {
  const { labels, classes, pixels, histogram } = description
  const pictures: DescriptionPicture[] = [examplesPicture(description)]
  if (labels !== null) pictures.push(...(await picturesOf(labels, 'label')))
  pictures.push(...(await picturesOf(classes, 'class')))
  if (pixels.train_val !== null) {
    pictures.push({
      name: 'histogram',
      heading: 'Pixel values',
      alternative: 'Histogram of the pixel values of training and validation images.',
      drawn: await drawHistogram(histogram, pixels.train_val),
    })
  }
  return pictures
}

type Level = 'label' | 'class'

const plural = { label: 'labels', class: 'classes' } as const

async function picturesOf(
  categories: readonly Category[],
  level: Level,
): Promise<DescriptionPicture[]> {
  const sheet = averageSheet(categories, level)
  return [
    {
      name: `counts_${plural[level]}`,
      heading: `Images of each ${level}`,
      alternative: `Bars: number of images of each ${level} by side. The same numbers are in the table.`,
      drawn: await drawBars(countChart(categories, level)),
    },
    {
      name: `pixels_${plural[level]}`,
      heading: `Mean and median pixel of each ${level}`,
      alternative: `Bars: mean and median pixel value of each ${level}. The same numbers are in the table.`,
      drawn: await drawBars(pixelChart(categories, level)),
    },
    ...(sheet === null
      ? []
      : [
          {
            name: `averages_${plural[level]}`,
            heading: `Mean and median image of each ${level}`,
            alternative: `The average and, where it was made, the median image of each ${level}.`,
            drawn: sheet,
          },
        ]),
  ]
}

const sideNames = { train: 'Training', val: 'Validation', test: 'Test' } as const
const sideColours = { train: colours.training, val: colours.validation, test: '#5b8c5a' } as const

function countChart(categories: readonly Category[], level: Level) {
  const present = (['train', 'val', 'test'] as const).filter((side) =>
    categories.some(({ images }) => images[side] > 0),
  )
  return {
    title: `Images of each ${level}`,
    subtitle: present
      .map((side) => {
        const total = categories.reduce((sum, { images }) => sum + images[side], 0)
        return `${total.toLocaleString('en-US')} ${sideNames[side].toLowerCase()}`
      })
      .join(', '),
    description: `Number of images by ${level} and side.`,
    names: categories.map(({ name }) => name),
    panels: present.map((side) => ({
      title: sideNames[side],
      color: sideColours[side],
      values: categories.map(({ images }) => images[side]),
      format: ',d',
    })),
  }
}

function pixelChart(categories: readonly Category[], level: Level) {
  const scope: Scope = 'train_val'
  return {
    title: `Mean and median pixel of each ${level}`,
    subtitle: 'Over all pixels and channels of the training and validation images, 0 to 255',
    description: `Mean and median pixel value by ${level}.`,
    names: categories.map(({ name }) => name),
    panels: [
      {
        title: 'Mean',
        color: colours.training,
        values: categories.map(({ pixels }) => pixels[scope]?.mean ?? null),
        format: '.2f',
      },
      {
        title: 'Median',
        color: colours.validation,
        values: categories.map(({ pixels }) => pixels[scope]?.median ?? null),
        format: '.3~f',
      },
    ],
  }
}

const averagesInRow = 10

function averageSheet(categories: readonly Category[], level: Level): DrawnSheet | null {
  const present = categories.flatMap(({ name, averages }) =>
    averages === null ? [] : [{ name, ...averages }],
  )
  if (present.length === 0) return null
  const hasMedian = present.some(({ median }) => median !== null)
  const rows: Tile[][] = []
  for (let start = 0; start < present.length; start += averagesInRow) {
    const some = present.slice(start, start + averagesInRow)
    rows.push(some.map(({ name, mean }) => ({ picture: mean, texts: [name] })))
    if (hasMedian) rows.push(some.map(({ median }) => ({ picture: median })))
  }
  const what = hasMedian ? 'Mean (above) and median image' : 'Mean image'
  return drawSheet({
    title: `${what} of each ${level}`,
    subtitle: 'Pixel by pixel, of the training and validation images',
    sections: [
      { rows, ...(hasMedian && { names: rows.map((_, row) => rowNames[row % 2] ?? '') }) },
    ],
    side: 84,
  })
}

const rowNames = ['mean', 'median'] as const

const examplesInRow = 5

function examplesPicture({ examples, labels }: DataDescription): DescriptionPicture {
  const rows: Tile[][] = []
  for (let start = 0; start < examples.length; start += examplesInRow) {
    rows.push(
      examples.slice(start, start + examplesInRow).map((example) => ({
        picture: example.picture,
        texts: [example.label, `${labels === null ? '' : `${example.class} `}#${example.index}`],
      })),
    )
  }
  return {
    name: 'examples',
    heading: 'Examples',
    alternative: `${examples.length} training images with their names: ${[...new Set(examples.map(({ label }) => label))].join(', ')}.`,
    drawn: drawSheet({
      title: `${examples.length} training images`,
      subtitle: `Drawn at random, one of each class in turn; # is the place in the training part`,
      sections: [{ rows }],
      side: 112,
    }),
  }
}
