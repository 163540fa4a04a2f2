const quote = 0x22
const backslash = 0x5c
const openList = 0x5b
const openObject = 0x7b
const closeList = 0x5d
const closeObject = 0x7d

/** Whether JSON text nests arrays and objects deeper than `maxDepth`. Looks at bytes only, before any parsing. */
export function isDeeperThan(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]
    if (byte === quote) {
      index = endOfText(bytes, index)
    } else if (byte === openObject || byte === openList) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (byte === closeObject || byte === closeList) {
      depth -= 1
    }
  }
  return false
}

/** Where the text that begins at `start` ends; the end of all bytes when it never does. */
function endOfText(bytes: Uint8Array, start: number): number {
  let index = start + 1
  while (index < bytes.length && bytes[index] !== quote) index += bytes[index] === backslash ? 2 : 1
  return index
}
