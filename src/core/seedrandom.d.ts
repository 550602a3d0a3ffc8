declare module 'seedrandom/lib/xor128.js' {
  namespace xor128 {
    interface prng {
      (): number
      double(): number
      int32(): number
    }
  }
  function xor128(seed: string): xor128.prng
  export default xor128
}
