import { canonicalJson, sha256 } from '../core/hash.js'

/** The SHA-256 of a data set's identity; `content` holds a hash for each of its arrays. */
export function fingerprint(identity: {
  readonly shape: readonly number[]
  readonly classes: readonly string[]
  readonly content: Readonly<Record<string, string>>
}): string {
  return sha256(canonicalJson(identity))
}
