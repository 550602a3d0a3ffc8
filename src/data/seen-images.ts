import { createHash } from 'node:crypto'

/** 32-bit words of a hash that are kept: 128 bits tell any number of images apart that a disk can hold. */
const words = 4

/**
 * Numbers images by their pixels: equal ones have one number. Keeps 16 bytes of a hash for each different image and a
 * place in a table of at most half its room, which is some 30 bytes where strings in a map would take 150.
 */
export class SeenImages {
  #count = 0
  #keys = new Uint32Array(words * 1024)
  /** By the first word of the hash: the number of the image, plus one; 0 is free. */
  #table = new Uint32Array(2048)

  /** The number of the image: the number of different images before it, if it is new. */
  numberOf(image: Uint8Array): number {
    const digest = createHash('sha1').update(image).digest()
    const key = Uint32Array.from({ length: words }, (_, word) => digest.readUInt32LE(4 * word))
    const place = this.#find(key)
    const known = this.#table[place] as number
    if (known > 0) return known - 1
    this.#makeRoom()
    const number = this.#count++
    this.#keys.set(key, words * number)
    this.#table[this.#find(key)] = number + 1
    return number
  }

  /** The place of an image in the table, or the free one where it belongs. */
  #find(key: Uint32Array): number {
    const mask = this.#table.length - 1
    for (let place = (key[0] as number) & mask; ; place = (place + 1) & mask) {
      const known = this.#table[place] as number
      if (known === 0 || this.#isKey(key, known - 1)) return place
    }
  }

  #isKey(key: Uint32Array, number: number): boolean {
    for (let word = 0; word < words; word++) {
      if (key[word] !== this.#keys[words * number + word]) return false
    }
    return true
  }

  #makeRoom(): void {
    if (2 * (this.#count + 1) <= this.#table.length) return
    const keys = new Uint32Array(2 * this.#keys.length)
    keys.set(this.#keys)
    this.#keys = keys
    this.#table = new Uint32Array(2 * this.#table.length)
    for (let number = 0; number < this.#count; number++) {
      const key = keys.subarray(words * number, words * (number + 1))
      this.#table[this.#find(key)] = number + 1
    }
  }
}
