import assert from 'node:assert/strict'
import { textWidth } from '../../../src/report/figures/font.js'

export interface TextBox {
  readonly text: string
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  /** Turned by an angle that is no multiple of 90 degrees, so that the box is wider than the ink. */
  readonly slanted: boolean
}

/** a, b, c, d, e, f as in SVG: x' = a x + c y + e, y' = b x + d y + f. */
type Matrix = readonly [number, number, number, number, number, number]

interface Line {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly attributes: string
  readonly matrix: Matrix
}

const identity: Matrix = [1, 0, 0, 1, 0, 0]
const heightAboveBaseline = 0.74
const depthBelowBaseline = 0.2

/** Every line of text in a picture, as a reader sees it. */
export function texts(svg: string): string[] {
  return linesOf(svg).map(({ text }) => text)
}

/** The picture's size and where each line of text lies in it. */
export function boxesOfText(svg: string): { width: number; height: number; boxes: TextBox[] } {
  const [, width, height] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg)!
  return { width: Number(width), height: Number(height), boxes: linesOf(svg).map(boxOf) }
}

/** Fails when a text sticks out of the picture or two texts overlap; slanted ones are compared with level ones only. */
export function assertTextsClear(svg: string): void {
  const { width, height, boxes } = boxesOfText(svg)
  assert.ok(boxes.length > 0)
  for (const [index, box] of boxes.entries()) {
    const inside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height
    assert.ok(inside, `cut: ${JSON.stringify(box)} in ${width} x ${height}`)
    for (const other of boxes.slice(index + 1)) {
      if (box.slanted && other.slanted) continue
      const apart =
        box.right <= other.left ||
        other.right <= box.left ||
        box.bottom <= other.top ||
        other.bottom <= box.top
      assert.ok(apart, `overlap: ${JSON.stringify(box)} and ${JSON.stringify(other)}`)
    }
  }
}

function linesOf(svg: string): Line[] {
  const lines: Line[] = []
  const groups: Matrix[] = [identity]
  let matrix = identity
  let attributes = ''
  let [x, y] = [0, 0]
  for (const [, end, tag, own, text] of svg.matchAll(/<(\/?)(g|text|tspan)\b([^>]*)>([^<]*)/g)) {
    const around = groups.at(-1)!
    if (tag === 'g') {
      if (end === '/') groups.pop()
      else groups.push(multiply(around, transformOf(own!)))
    } else if (end !== '/') {
      if (tag === 'text') {
        matrix = multiply(around, transformOf(own!))
        attributes = own!
        ;[x, y] = [0, 0]
      }
      x = Number(attribute(own!, 'x', String(x)))
      y = Number(attribute(own!, 'y', String(y))) + Number(attribute(own!, 'dy', '0'))
      if (text !== '') lines.push({ text: unescape(text!), x, y, attributes, matrix })
    }
  }
  return lines
}

function boxOf({ text, x, y, attributes, matrix }: Line): TextBox {
  const size = Number.parseFloat(attribute(attributes, 'font-size', '11px'))
  const bold = attribute(attributes, 'font-weight', 'normal') === 'bold'
  const width = textWidth(text, size, bold ? 'bold' : 'regular')
  const before = { start: 0, middle: width / 2, end: width }
  const left = x - before[attribute(attributes, 'text-anchor', 'start') as keyof typeof before]
  const corners = [left, left + width].flatMap((cornerX) =>
    [y - heightAboveBaseline * size, y + depthBelowBaseline * size].map((cornerY) =>
      apply(matrix, cornerX, cornerY),
    ),
  )
  const xs = corners.map(([cornerX]) => cornerX)
  const ys = corners.map(([, cornerY]) => cornerY)
  return {
    text,
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
    slanted: Math.abs(matrix[0] * matrix[1]) > 1e-6,
  }
}

function transformOf(attributes: string): Matrix {
  const steps = attribute(attributes, 'transform', '').matchAll(/(translate|rotate)\(([^)]*)\)/g)
  return [...steps].reduce<Matrix>((matrix, [, kind, numbers]) => {
    const [first = 0, second = 0] = numbers!.split(',').map(Number)
    if (kind === 'translate') return multiply(matrix, [1, 0, 0, 1, first, second])
    const angle = (first * Math.PI) / 180
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    return multiply(matrix, [cos, sin, -sin, cos, 0, 0])
  }, identity)
}

function multiply(p: Matrix, q: Matrix): Matrix {
  return [
    p[0] * q[0] + p[2] * q[1],
    p[1] * q[0] + p[3] * q[1],
    p[0] * q[2] + p[2] * q[3],
    p[1] * q[2] + p[3] * q[3],
    ...apply(p, q[4], q[5]),
  ]
}

function apply(matrix: Matrix, x: number, y: number): [number, number] {
  return [matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]]
}

function attribute(attributes: string, name: string, otherwise: string): string {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? otherwise
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
