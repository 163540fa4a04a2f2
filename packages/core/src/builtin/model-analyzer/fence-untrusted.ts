/** Marks where a text of strangers begins and ends, by words that they cannot guess. */
export function fenceUntrusted(text: string, nonce: string): string {
  return `<<<${nonce}\n${text}\n${nonce}>>>`
}
