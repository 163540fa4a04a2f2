import type { Redacted } from '../model/redacted.ts'
import { redactBlobs } from './blobs.ts'
import { clean } from './clean.ts'
import { redactPairs } from './pairs.ts'
import { redactPem } from './pem.ts'
import { marker } from './secret-keys.ts'
import { redactTokens } from './tokens.ts'
import { redactUserInfo } from './urls.ts'

/** How often a text is looked at again because the last look changed it. */
const maxRounds = 8

/**
 * The one redactor: replaces what looks like a secret by `[redacted:<kind>]`, and removes what a terminal would obey.
 * A second pass never changes the result. Takes time linear in the text. It knows names and shapes, so a secret that has
 * neither, such as a plain word in prose, stays.
 */
export function redact(text: string): Redacted {
  let last = clean(text)
  for (let round = 0; round < maxRounds; round += 1) {
    const next = redactBlobs(redactTokens(redactPairs(redactUserInfo(redactPem(last)))))
    if (next === last) return last as Redacted
    last = next
  }
  return marker('text') as Redacted
}
