import type { Redacted } from '../model/redacted.ts'
import { clean } from './clean.ts'
import { isPlain } from './plain-text.ts'
import { plainRules, throughLayers } from './rules.ts'
import { marker } from './secret-keys.ts'
import { cover, type Mark, type Rule } from './span.ts'

/** How often a text is looked at again because the last look changed it. */
const maxRounds = 8

const rules = throughLayers(plainRules)

/**
 * The one redactor: replaces what looks like a secret by `[redacted:<kind>]`, and removes what a terminal would obey. It
 * looks through escapes of JSON, URLs and HTML, base64, hexadecimal and lists of bytes, up to three layers. A second pass
 * never changes the result. Takes time linear in the text. It knows names and shapes, so a secret that has neither, such as
 * a plain word in prose, stays.
 */
export function redact(text: string): Redacted {
  return isPlain(text) ? (text as Redacted) : redactMarking(text, marker)
}

/**
 * As `redact`, with marks of the caller's choice and by other rules; a mark must look like one, so that a second pass leaves it
 * alone.
 */
export function redactMarking(text: string, mark: Mark, by: readonly Rule[] = rules): Redacted {
  let last = clean(text)
  for (let round = 0; round < maxRounds; round += 1) {
    const next = by.reduce((working, rule) => cover(working, rule(working), mark), last)
    if (next === last) return last as Redacted
    last = next
  }
  return marker('text') as Redacted
}
