import type { Redacted } from '../../model/redacted.ts'
import { redact } from '../../redact/redact.ts'

/** Texts that are longer are redacted each time: what is remembered must stay small. */
const longestRemembered = 500

/** Does as `redact`, and remembers so many texts; when there are more it forgets them all. */
export function rememberingRedact(most: number): (text: string) => Redacted {
  const known = new Map<string, Redacted>()
  return (text) => {
    const remembered = known.get(text)
    if (remembered !== undefined) return remembered
    const redacted = redact(text)
    if (text.length > longestRemembered) return redacted
    if (known.size >= most) known.clear()
    known.set(text, redacted)
    return redacted
  }
}
