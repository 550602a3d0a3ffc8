import type { Block } from './blocks.js'
import type { Position } from './journal.js'

/** Where the blocks of an export go. */
export interface Sink {
  /** Where to go on; null at the beginning. */
  readonly start: Position | null
  /** Takes a block, when there is room for it; false once nobody wants more. */
  write(block: Block): Promise<boolean>
  /** Ends the output; nothing can be written afterwards. */
  finish(): Promise<Written>
  /** Ends without finishing; gives after how many rows the export can go on later, null if it cannot. */
  leave(): Promise<number | null>
}

/** What an output came to. */
export interface Written {
  readonly bytes: number | null
  readonly sha256: string | null
  /** The records themselves, where they were only collected. */
  readonly records: readonly unknown[] | null
}
