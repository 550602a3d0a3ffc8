import { filterOrder } from '../layout.js'
import type { Lowering, Placed } from '../lowering.js'
import { attribute, input, type Call, type Shape } from '../values.js'
import { convolutionWindow, type Window } from '../windows.js'
import { activate } from './activation.js'
import { columnsFilterGradient } from './convolution/columns.js'
import { convolve, convolveBack } from './convolution/dense.js'
import { formulationsOf, type Formulations } from './convolution/formulations.js'
import { phasesInputGradient } from './convolution/phases.js'
import { productInputGradient } from './convolution/product.js'
import {
  transformedFilterGradient,
  transformedForward,
  transformedInputGradient,
} from './convolution/transformed.js'
import type { Rule } from './rule.js'

type Choose = (window: Window) => Formulations

/** Convolution and its two gradients, on batch-last maps, each by the formulation that `choose` names for its window. */
export function convolutionRulesBy(choose: Choose): Readonly<Record<string, Rule>> {
  return {
    Conv2D: {
      outputs: (call) => [{ shape: forwardWindow(call).outputShape, dtype: 'float32' }],
      emit: (call, lowering) => [forward(call, lowering, choose)],
    },
    FusedConv2D: {
      outputs: (call) => [{ shape: forwardWindow(call).outputShape, dtype: 'float32' }],
      emit(call, lowering) {
        const { name, order } = forward(call, lowering, choose)
        return [{ name: activate(call, lowering, name, order), order }]
      },
    },
    Conv2DBackpropInput: {
      outputs: (call) => [{ shape: attribute<Shape>(call, 'inputShape'), dtype: 'float32' }],
      emit: (call, lowering) => [inputGradient(call, lowering, choose)],
    },
    Conv2DBackpropFilter: {
      outputs: (call) => [{ shape: attribute<Shape>(call, 'filterShape'), dtype: 'float32' }],
      emit: (call, lowering) => [filterGradient(call, lowering, choose)],
    },
  }
}

/** Each by the formulation that suits its shape. */
export const convolutionRules = convolutionRulesBy(formulationsOf)

function forwardWindow(call: Call): Window {
  return convolutionWindow(call, input(call, 'x').shape, input(call, 'filter').shape)
}

function forward(call: Call, lowering: Lowering, choose: Choose): Placed {
  const window = forwardWindow(call)
  const [x, filter] = [input(call, 'x'), input(call, 'filter')]
  const { bias } = call.inputs
  if (choose(window).forward === 'convolve') {
    return convolve(lowering, x, filter, bias, window)
  }
  const { name, order } = transformedForward(lowering, x, filter, window)
  if (!bias) return { name, order }
  return { name: lowering.graph.add('Add', [name, lowering.operand(bias, order)]), order }
}

function inputGradient(call: Call, lowering: Lowering, choose: Choose): Placed {
  const [dy, filter] = [input(call, 'dy'), input(call, 'filter')]
  const shape = attribute<Shape>(call, 'inputShape')
  const window = convolutionWindow(call, shape, filter.shape)
  const emit = inputGradients[choose(window).inputGradient]
  return emit(lowering, dy, filter, window, shape)
}

const inputGradients = {
  transformed: transformedInputGradient,
  product: productInputGradient,
  convolve: convolveBack,
  phases: phasesInputGradient,
}

function filterGradient(call: Call, lowering: Lowering, choose: Choose): Placed {
  const [x, dy] = [input(call, 'x'), input(call, 'dy')]
  const shape = attribute<Shape>(call, 'filterShape')
  const window = convolutionWindow(call, x.shape, shape)
  const emit = filterGradients[choose(window).filterGradient]
  const [kh = 1, kw = 1, inputs = 1, outputs = 1] = shape
  const name = lowering.reshape(emit(lowering, x, dy, window), [outputs, inputs, kh, kw])
  return { name, order: filterOrder }
}

const filterGradients = {
  transformed: transformedFilterGradient,
  columns: columnsFilterGradient,
}
