/** Whether this is the canonical text that is made; what has none, as half a surrogate pair, is no other's text either. */
export function isTextOf(text: string, make: () => string | undefined): boolean {
  try {
    return make() === text
  } catch {
    // Only what came out of `JSON.parse` is made a text of: nothing but its surrogates can fail.
    return false
  }
}
