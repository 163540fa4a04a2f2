import { createHmac } from 'node:crypto'
import type { Redacted } from '../model/redacted.ts'
import { redactMarking } from './redact.ts'
import type { Mark } from './span.ts'

/** Enough to tell the secrets of one incident apart, and far too little to find out what they are. */
const tagLength = 6

/**
 * As `redact`, with a tag in every marker: `[redacted:password#3fa85f]`. Under one key the same secret has the same tag wherever
 * it stands, so that a reader can tell that two places hold the same one. The tag is a keyed digest: nobody without the key, which
 * must be random and go nowhere, can try guesses on it, and who has the key and a text finds the tag of its secrets again.
 */
export function pseudonymize(text: string, key: string): Redacted {
  return redactMarking(
    text,
    pseudonymMark(() => key),
  )
}

/** The marks of `pseudonymize`; the key is asked for when there is a secret to mark. */
export function pseudonymMark(key: () => string): Mark {
  return (kind, secret) => {
    const tag = createHmac('sha256', key()).update(secret.trim()).digest('hex').slice(0, tagLength)
    return `[redacted:${kind}#${tag}]`
  }
}
