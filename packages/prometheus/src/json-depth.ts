const quote = 0x22
const backslash = 0x5c
/** `[` and `{`, and `]` and `}`, differ by this bit alone. */
const braceBit = 0x20
const open = 0x5b
const close = 0x5d

/** Whether JSON text nests arrays and objects deeper than `maxDepth`. Looks at bytes only, before any parsing. */
export function isDeeperThan(bytes: Uint8Array, maxDepth: number): boolean {
  const { length } = bytes
  let depth = 0
  for (let index = 0; index < length; index += 1) {
    const byte = bytes[index] as number
    if (byte === quote) {
      index = endOfText(bytes, index + 1, length)
    } else if (byte >= open) {
      const bracket = byte & ~braceBit
      if (bracket === open) {
        depth += 1
        if (depth > maxDepth) return true
      } else if (bracket === close) {
        depth -= 1
      }
    }
  }
  return false
}

/** Where the text ends whose first byte stands at `from`; `length` or more when it never does. */
function endOfText(bytes: Uint8Array, from: number, length: number): number {
  let index = from
  while (index < length) {
    const byte = bytes[index] as number
    if (byte === quote) break
    index += byte === backslash ? 2 : 1
  }
  return index
}
