/**
 * A database URL as records may keep it: whatever could be a password is replaced. Rather too much than too little: a
 * password may hold any character, even ones that a URL forbids, and the scheme may have been forgotten.
 */
export function maskUrl(url: string): string {
  return url
    .replace(/(:\/\/[^:]*:).*@/su, '$1***@')
    .replace(/^(?!sqlite:)([^:/\\]+:)[^/\\]*@/iu, '$1***@')
    .replace(/([?&][^=&]*pass[^=&]*=)[^&]*/giu, '$1***')
}

/** The words of a command with the URLs in them masked. */
export function maskWords(words: readonly string[]): string[] {
  return words.map((word) => {
    const [, key = '', value = ''] = /^([^=]*=)?(.*)$/su.exec(word) ?? []
    return key.endsWith('url=') || value.includes('://') ? key + maskUrl(value) : word
  })
}
