import { layers } from '@tensorflow/tfjs-layers'

interface Hooked {
  name: string
  apply: (...inputs: never[]) => unknown
  invokeCallHook: (...inputs: never[]) => unknown
}

/** Follows which layer runs, so that messages can name it, until stopped. */
export function watchLayers(): { current(): string; stop(): void } {
  let current = ''
  const prototype = layers.Layer.prototype as unknown as Hooked
  const { apply, invokeCallHook } = prototype
  const entering = (original: Hooked['apply']): Hooked['apply'] =>
    function (this: Hooked, ...inputs) {
      current = this.name
      return original.apply(this, inputs)
    }
  prototype.apply = entering(apply)
  prototype.invokeCallHook = entering(invokeCallHook)
  return {
    current: () => current,
    stop() {
      prototype.apply = apply
      prototype.invokeCallHook = invokeCallHook
    },
  }
}
