import { Dropout } from './dropout.js'

/** Dropout of whole images from a residual branch: one value of the mask for each (torchvision's mode "row"). */
export class StochasticDepth extends Dropout {
  override maskShape(count: number): number[] {
    return [count, ...this.outputShape.slice(1).map(() => 1)]
  }
}
